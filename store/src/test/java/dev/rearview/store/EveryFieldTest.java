package dev.rearview.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.RecordWords;
import dev.rearview.store.journal.Journal;
import dev.rearview.store.journal.JournalReader;
import dev.rearview.store.parquet.ParquetReader;
import dev.rearview.store.parquet.ParquetSink;
import dev.rearview.store.parquet.ParquetWriter;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// No field of a flow is forgotten on its way: each one of the registry has its place in the
/// record, and comes back from the batch, the words, the journal and Parquet. What is in a record
/// is looked up by name, so that nothing that may have forgotten a field takes part in the
/// comparison.
class EveryFieldTest {
    @TempDir Path directory;

    /// What a record keeps a field in: the lower words of an address, and the others' own.
    private static String component(Field field) {
        String[] words = field.name().toLowerCase(Locale.ROOT).split("_", -1);
        StringBuilder out = new StringBuilder(words[0]);
        for (int i = 1; i < words.length; i++) {
            out.append(words[i].substring(0, 1).toUpperCase(Locale.ROOT));
            out.append(words[i].substring(1));
        }
        return out + (field.isAddress() ? "Lo" : "");
    }

    private static String upper(Field field) {
        return component(field).replaceAll("Lo$", "Hi");
    }

    /// All that a record holds, by name.
    private static Map<String, Long> values(FlowRecord r) {
        Map<String, Long> out = new TreeMap<>();
        for (java.lang.reflect.Field f : FlowRecord.class.getFields()) {
            if (!Modifier.isStatic(f.getModifiers())) {
                try {
                    out.put(f.getName(), f.getLong(r));
                } catch (IllegalAccessException e) {
                    throw new AssertionError(e);
                }
            }
        }
        return out;
    }

    private static void set(FlowRecord r, String component, long value) {
        java.lang.reflect.Field place =
                Arrays.stream(FlowRecord.class.getFields())
                        .filter(f -> f.getName().equals(component))
                        .findFirst()
                        .orElseThrow(() -> new AssertionError("a record has no " + component));
        try {
            if (place.getType() == int.class) {
                place.setInt(r, Math.toIntExact(value));
            } else {
                place.setLong(r, value);
            }
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    /// A value that no other field has, with the highest bit that the field can have.
    private static long value(Field field, int row) {
        int number = field.ordinal() + row;
        return switch (field.kind()) {
            case UINT8 -> 0x80 | number;
            case UINT16 -> 0x8000 | number << 7 | number;
            case UINT32 -> 0x8000_0000L | (long) number << 20 | number;
            case UINT64 -> Long.MIN_VALUE | (long) number << 44 | number;
            case TIME -> -(1L << 40 | (long) number << 33 | number);
            case ADDRESS -> 0x2001_0DB8_0000_0000L | (long) number << 24 | number;
        };
    }

    /// Records of which no two fields and no two rows have the same, but the IPv6 bit.
    private static List<FlowRecord> records() {
        List<FlowRecord> out = new ArrayList<>();
        for (int row = 0; row < 40; row++) {
            FlowRecord r = new FlowRecord();
            for (Field field : Field.all()) {
                set(r, component(field), value(field, row));
                if (field.isAddress()) {
                    set(r, upper(field), ~value(field, row));
                }
            }
            out.add(r);
        }
        return out;
    }

    @Test
    void theRecordHasTheFieldsOfTheRegistry() {
        List<String> components = new ArrayList<>();
        for (Field field : Field.all()) {
            components.add(component(field));
            if (field.isAddress()) {
                components.add(upper(field));
            }
        }
        assertThat(values(new FlowRecord()).keySet())
                .containsExactlyInAnyOrderElementsOf(components);
    }

    @Test
    void clearAndCopyLeaveNothingOut() {
        Map<String, Long> fresh = values(new FlowRecord());
        for (FlowRecord r : records()) {
            FlowRecord copy = new FlowRecord();
            copy.copyFrom(r);
            assertThat(values(copy)).isEqualTo(values(r));
            fresh.forEach((name, empty) ->
                    assertThat(values(copy).get(name)).as(name).isNotEqualTo(empty));
            copy.clear();
            assertThat(values(copy)).isEqualTo(fresh);
        }
    }

    @Test
    void theBatchGivesEveryFieldBack() {
        List<FlowRecord> records = records();
        FlowBatch batch = FlowBatch.allocate(records.size());
        records.forEach(batch::add);
        for (int i = 0; i < records.size(); i++) {
            Map<String, Long> wanted = values(records.get(i));
            FlowRecord r = new FlowRecord();
            batch.get(i, r);
            assertThat(values(r)).isEqualTo(wanted);
            for (Field field : Field.all()) {
                if (field.isAddress()) {
                    assertThat(batch.addresses(field).hi(i)).isEqualTo(wanted.get(upper(field)));
                    assertThat(batch.addresses(field).lo(i))
                            .isEqualTo(wanted.get(component(field)));
                } else {
                    assertThat(batch.longs(field).get(i))
                            .as(field.name())
                            .isEqualTo(wanted.get(component(field)));
                }
            }
        }
    }

    private static long[] words(List<FlowRecord> records) {
        long[] words = new long[records.size() * RecordWords.COUNT];
        for (int i = 0; i < records.size(); i++) {
            RecordWords.pack(records.get(i), words, i * RecordWords.COUNT);
        }
        return words;
    }

    private static void check(long[] words, List<FlowRecord> records) {
        for (int i = 0; i < records.size(); i++) {
            FlowRecord r = new FlowRecord();
            RecordWords.unpack(words, i * RecordWords.COUNT, r);
            assertThat(values(r)).as("row " + i).isEqualTo(values(records.get(i)));
        }
    }

    @Test
    void theWordsGiveEveryFieldBack() {
        List<FlowRecord> records = records();
        long[] words = words(records);
        check(words, records);
        for (int i = 0; i < records.size(); i++) {
            int at = i * RecordWords.COUNT;
            FlowRecord r = records.get(i);
            assertThat(RecordWords.stime(words, at)).isEqualTo(r.stime);
            assertThat(RecordWords.sensor(words, at)).isEqualTo(r.sensor);
            assertThat(RecordWords.flowtype(words, at)).isEqualTo(r.flowtype);
        }
    }

    @Test
    void theJournalGivesEveryFieldBack() throws IOException {
        List<FlowRecord> records = records();
        // Of a batch of one nothing varies.
        for (List<FlowRecord> batch : List.of(records, records.subList(0, 1))) {
            Path path = directory.resolve(Journal.name(batch.size()));
            try (Journal journal = Journal.create(path, batch.size(), ByteBuffer.allocate(0))) {
                journal.append(words(batch), batch.size());
            }
            List<long[]> found = new ArrayList<>();
            JournalReader.read(
                    path,
                    batch.size(),
                    (words, n) -> found.add(Arrays.copyOf(words, n * RecordWords.COUNT)));
            assertThat(found).hasSize(1);
            assertThat(found.getFirst()).hasSize(batch.size() * RecordWords.COUNT);
            check(found.getFirst(), batch);
        }
    }

    /// Fields that SiLK's files alone keep.
    private static final List<Field> NOT_STORED = List.of(Field.MEMO);

    private static final List<Field> VOLUMES = List.of(Field.PACKETS, Field.BYTES);

    @ParameterizedTest
    @EnumSource(ParquetWriter.Codec.class)
    void parquetGivesEveryStoredFieldBack(ParquetWriter.Codec codec) throws IOException {
        assertThat(Field.all().stream().filter(f -> f.parquetColumn().isEmpty()))
                .containsExactlyElementsOf(NOT_STORED);
        assertThat(FlowStore.columns())
                .containsExactlyInAnyOrderElementsOf(
                        Field.all().stream().filter(f -> !NOT_STORED.contains(f)).toList());
        List<FlowRecord> records = records();
        for (List<FlowRecord> group : List.of(records, records.subList(0, 1))) {
            Path path = directory.resolve(group.size() + ".parquet");
            try (ParquetSink out = new ParquetSink(Files.newOutputStream(path), codec)) {
                for (FlowRecord r : group) {
                    out.write(r);
                }
            }
            try (ParquetReader in = ParquetReader.open(path, "file")) {
                FlowBatch batch = Objects.requireNonNull(in.next());
                assertThat(batch.size()).isEqualTo(group.size());
                for (int i = 0; i < group.size(); i++) {
                    Map<String, Long> wanted = values(group.get(i));
                    NOT_STORED.forEach(f -> wanted.put(component(f), 0L));
                    // The store keeps no more of a volume than a number with a sign holds.
                    VOLUMES.forEach(f -> wanted.put(component(f), Long.MAX_VALUE));
                    FlowRecord r = new FlowRecord();
                    batch.get(i, r);
                    assertThat(values(r)).as("row " + i).isEqualTo(wanted);
                }
                assertThat(in.next()).isNull();
            }
        }
    }
}
