package org.finetune.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.bytedeco.javacpp.FloatPointer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

class MemoryShortageTest {
    @Test
    @SuppressWarnings("resource") // There is none to close.
    void isRecognizedInWhateverFormItArrives() {
        Throwable nd4j = assertThrows(Throwable.class, () -> Nd4j.createUninitialized(DataType.FLOAT, 1L << 46));
        assertEquals(Optional.of(MemoryShortage.NATIVE), MemoryShortage.in(nd4j), nd4j.toString());
        Throwable javacpp = assertThrows(Throwable.class, () -> new FloatPointer(1L << 46));
        assertEquals(Optional.of(MemoryShortage.NATIVE), MemoryShortage.in(javacpp), javacpp.toString());
        Throwable heap = assertThrows(OutOfMemoryError.class, () -> {
            long[][] rows = new long[100][];
            for (int i = 0; i < rows.length; i++) {
                rows[i] = new long[1 << 27];
            }
        });
        assertEquals(Optional.of(MemoryShortage.HEAP), MemoryShortage.in(new IllegalStateException("Decoding", heap)));
    }

    @Test
    void lackOfThreadsIsNotOfMemory() {
        OutOfMemoryError refused = new OutOfMemoryError(
                "unable to create native thread: possibly out of memory or process/resource limits reached");
        assertEquals(Optional.of(MemoryShortage.THREADS), MemoryShortage.in(new IllegalStateException("x", refused)));
    }

    @Test
    void otherFailuresAreNone() {
        assertTrue(MemoryShortage.in(new IllegalStateException("x", new RuntimeException()))
                .isEmpty());
        assertTrue(MemoryShortage.in(new StackOverflowError()).isEmpty());
    }
}
