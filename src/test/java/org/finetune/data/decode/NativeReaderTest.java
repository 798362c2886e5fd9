package org.finetune.data.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.finetune.data.decode.format.ImageHeader;
import org.finetune.data.decode.process.NativeDecoder;
import org.finetune.testing.Signals;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class NativeReaderTest {
    private static final int SMALL_WIDTH = 160;
    /** Width and height of a progressive gray JPEG that takes more than 256 MiB to decode, at whatever size. */
    private static final int LARGE_SIDE = 11_700;

    /** The process that decodes is stopped, so that what reaches it stays there. Takes some seconds. */
    @Test
    @Timeout(60)
    void largeImagesTakeTurnsAndSmallOnesDoNotWait() throws Exception {
        byte[] large = progressive();
        byte[] small = Files.readAllBytes(Path.of("data", "sample", "fish", "fish-01.jpg"));
        long decoder = NativeDecoder.INSTANCE.start();
        Signals.stop(decoder);
        List<FutureTask<Integer>> widths = new ArrayList<>();
        try {
            Thread first = decode(large, 8, widths);
            await(() -> NativeDecoder.INSTANCE.inProgress() == 1);
            Thread second = decode(large, 8, widths);
            await(() -> waitsForItsTurn(second));
            decode(small, 1, widths);
            await(() -> NativeDecoder.INSTANCE.inProgress() == 2);
            assertEquals(List.of(false, true), List.of(waitsForItsTurn(first), waitsForItsTurn(second)));
        } finally {
            Signals.send(decoder, "CONT");
        }
        int reduced = (LARGE_SIDE + 7) / 8;
        for (int i = 0; i < widths.size(); i++) {
            assertEquals(
                    List.of(reduced, reduced, SMALL_WIDTH).get(i), widths.get(i).get());
        }
    }

    private static Thread decode(byte[] file, int reduction, List<FutureTask<Integer>> widths) {
        FutureTask<Integer> task = new FutureTask<>(() -> {
            try (Mat image = NativeReader.read(ImageHeader.read(file), reduction)) {
                return image.cols();
            }
        });
        widths.add(task);
        Thread thread = new Thread(task);
        thread.start();
        return thread;
    }

    private static boolean waitsForItsTurn(Thread thread) {
        return Stream.of(thread.getStackTrace())
                .anyMatch(frame -> frame.getMethodName().equals("acquireUninterruptibly"));
    }

    private static void await(Callable<Boolean> condition) throws Exception {
        while (!condition.call()) {
            Thread.sleep(1);
        }
    }

    private static byte[] progressive() {
        try (Mat gray = new Mat(LARGE_SIDE, LARGE_SIDE, opencv_core.CV_8UC1, Scalar.all(100));
                IntPointer parameters = new IntPointer(opencv_imgcodecs.IMWRITE_JPEG_PROGRESSIVE, 1);
                BytePointer encoded = new BytePointer()) {
            opencv_imgcodecs.imencode(".jpg", gray, encoded, parameters);
            byte[] file = new byte[(int) encoded.limit()];
            encoded.get(file);
            return file;
        }
    }
}
