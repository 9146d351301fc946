package dev.rearview.store.parquet.encoding;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CodeCheckTest {
    /// Every size of a dictionary, with one code that is just good or just too large.
    @ParameterizedTest
    @CsvSource({"8, 1", "8, 7", "8, 8", "8, 21", "16, 1", "16, 3", "16, 4", "16, 11"})
    void findsTheOneThatIsTooLarge(int bits, int rows) {
        ByteBuffer data = ByteBuffer.allocate(2 + rows * 2).order(ByteOrder.LITTLE_ENDIAN);
        for (int size = 1; size <= 1 << bits; size += bits == 8 ? 1 : 13) {
            for (int row = 0; row < rows; row++) {
                for (int code : new int[] {size - 1, size, (1 << bits) - 1, 0}) {
                    if (code >= 1 << bits) {
                        continue;
                    }
                    put(data, bits, row, code);
                    assertThat(CodeCheck.areBelow(data, 2, bits, rows, size))
                            .as("code " + code + " of " + size + " in row " + row)
                            .isEqualTo(code < size);
                    put(data, bits, row, 0);
                }
            }
        }
    }

    private static void put(ByteBuffer data, int bits, int row, int code) {
        if (bits == 8) {
            data.put(2 + row, (byte) code);
        } else {
            data.putShort(2 + row * 2, (short) code);
        }
    }
}
