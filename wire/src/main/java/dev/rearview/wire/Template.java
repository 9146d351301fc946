package dev.rearview.wire;

/// A template of NetFlow v9 or IPFIX.
///
/// @param scopeCount leading fields that are the scope of an options template, 0 for data
/// @param isOptions whether it describes options
/// @param slots slot of each field in [Elements], -1 to skip it
/// @param lengths octets of each field; [#VARIABLE] for variable length
/// @param minimum smallest size of a record, octets
/// @param isFixed whether no field has variable length
/// @param layers which packet header its elements describe
public record Template(
        int id,
        int scopeCount,
        boolean isOptions,
        int[] slots,
        int[] ids,
        int[] lengths,
        int minimum,
        boolean isFixed,
        HeaderLayers layers) {
    public static final int VARIABLE = 0xFFFF;

    /// Number of the element that holds lists of records of other templates.
    public static final int SUB_TEMPLATE_MULTI_LIST = 293;

    static Template of(int id, int scopeCount, boolean isOptions, int[][] fields) {
        int n = fields.length;
        int[] slots = new int[n];
        int[] ids = new int[n];
        int[] lengths = new int[n];
        int minimum = 0;
        boolean fixed = true;
        for (int i = 0; i < n; i++) {
            int enterprise = fields[i][0];
            slots[i] = Elements.slot(enterprise, fields[i][1]);
            ids[i] = enterprise == 0 ? fields[i][1] : -1;
            lengths[i] = fields[i][2];
            minimum += lengths[i] == VARIABLE ? 1 : lengths[i];
            fixed &= lengths[i] != VARIABLE;
        }
        HeaderLayers layers = HeaderLayers.of(slots, lengths);
        return new Template(id, scopeCount, isOptions, slots, ids, lengths, minimum, fixed, layers);
    }
}
