package org.finetune.backend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class HostMemoryTest {
    /** Methods of ND4J's buffers that wait for the device: on CUDA, asFloat fetches the values first. */
    private static final Set<String> SYNCHRONISING = Set.of("asFloat");

    @Test
    void valuesAreReadAndReplacedInPlace() {
        try (INDArray array = Nd4j.createFromArray(new float[][] {{1, 2, 3}, {4, 5, 6}})) {
            HostMemory.write(array, 2, new float[] {0, 30, 40, 0}, 1, 2);
            assertArrayEquals(new float[] {1, 2, 30, 40, 5, 6}, HostMemory.values(array));

            HostMemory.write(array, 2, memory -> memory.put(new float[] {10, 20}));
            assertArrayEquals(new float[] {10, 20, 30, 40, 5, 6}, HostMemory.values(array));

            float[] two = new float[4];
            HostMemory.read(array, two, 1, 2);
            assertArrayEquals(new float[] {0, 10, 20, 0}, two);

            float[] last = new float[2];
            HostMemory.read(array, 4, 2, memory -> memory.get(last));
            assertArrayEquals(new float[] {5, 6}, last);

            // Operations see what was written.
            assertEquals(111, array.sumNumber().floatValue());
        }
    }

    @Test
    void viewsAreReadAndReplacedAtTheirPlace() {
        try (INDArray whole = Nd4j.create(DataType.FLOAT, new long[] {3, 2}, 'c')) {
            INDArray rows = whole.get(NDArrayIndex.interval(1, 3));
            HostMemory.write(rows, new float[] {1, 2, 3, 4});
            assertArrayEquals(new float[] {0, 0, 1, 2, 3, 4}, HostMemory.values(whole));
            assertArrayEquals(new float[] {1, 2, 3, 4}, HostMemory.values(rows));
            HostMemory.copy(rows, whole.get(NDArrayIndex.interval(0, 2)));
            assertArrayEquals(new float[] {1, 2, 3, 4, 3, 4}, HostMemory.values(whole));
        }
    }

    @Test
    void otherOrdersAreReadInCOrderAndNeverReplaced() {
        try (INDArray array =
                Nd4j.createFromArray(new float[][] {{1, 2}, {3, 4}}).dup('f')) {
            assertArrayEquals(new float[] {1, 2, 3, 4}, HostMemory.values(array));
            assertThrows(IllegalArgumentException.class, () -> HostMemory.write(array, new float[4]));
        }
    }

    /** On a GPU, everything else would read or write memory that is not the array's. */
    @Test
    void noOtherClassTouchesTheMemoryOfArrays() throws Exception {
        Path classes = classes();
        try (Stream<Path> files = Files.walk(classes)) {
            List<String> found = files.filter(file -> file.toString().endsWith(".class"))
                    .filter(file -> !file.getFileName().toString().startsWith("HostMemory"))
                    .flatMap(file -> touching(file).stream().map(use -> classes.relativize(file) + " calls " + use))
                    .toList();
            assertEquals(List.of(), found, "use HostMemory instead");
        }
        assertTrue(
                touching(classes.resolve("org/finetune/backend/HostMemory.class"))
                        .contains("DataBuffer.addressPointer"),
                "the test finds such calls");
    }

    private static Path classes() throws URISyntaxException {
        return Path.of(HostMemory.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
    }

    /** The calls of a class to methods of ND4J's buffers that lead to their memory. */
    private static Set<String> touching(Path file) {
        try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
            return touching(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads the constant pool of a class file (The Java Virtual Machine Specification, 4.4), which names all calls. */
    private static Set<String> touching(DataInputStream in) throws IOException {
        in.skipNBytes(8);
        int count = in.readUnsignedShort();
        int[] tags = new int[count];
        int[] first = new int[count];
        int[] second = new int[count];
        String[] texts = new String[count];
        for (int i = 1; i < count; i++) {
            tags[i] = in.readUnsignedByte();
            switch (tags[i]) {
                case 1 -> texts[i] = in.readUTF();
                case 3, 4 -> in.skipNBytes(4);
                case 5, 6 -> {
                    in.skipNBytes(8);
                    // These take two places.
                    i++;
                }
                case 7, 8, 16, 19, 20 -> first[i] = in.readUnsignedShort();
                case 9, 10, 11, 12, 17, 18 -> {
                    first[i] = in.readUnsignedShort();
                    second[i] = in.readUnsignedShort();
                }
                case 15 -> in.skipNBytes(3);
                default -> throw new IOException("Unknown constant " + tags[i]);
            }
        }
        Set<String> calls = new TreeSet<>();
        for (int i = 1; i < count; i++) {
            if (tags[i] == 10 || tags[i] == 11) {
                String owner = texts[first[first[i]]];
                String method = texts[first[second[i]]];
                boolean buffer = owner.startsWith("org/nd4j/") && owner.endsWith("DataBuffer");
                if (buffer && !SYNCHRONISING.contains(method)) {
                    calls.add(owner.substring(owner.lastIndexOf('/') + 1) + "." + method);
                }
            }
        }
        return calls;
    }
}
