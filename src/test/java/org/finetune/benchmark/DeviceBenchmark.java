package org.finetune.benchmark;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.Pointer;
import org.finetune.backend.BackendOptions;
import org.finetune.backend.BackendType;
import org.finetune.backend.HostMemory;
import org.finetune.backend.MemoryShortage;
import org.finetune.engine.Activations;
import org.finetune.engine.Engine;
import org.finetune.engine.EngineType;
import org.finetune.engine.FrozenBase;
import org.finetune.engine.OpProfile;
import org.finetune.engine.TailSettings;
import org.finetune.engine.TrainableTail;
import org.finetune.engine.check.SelfCheck;
import org.finetune.engine.select.Engines;
import org.finetune.model.Architecture;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Measures the frozen base and training steps on a device, with what goes to and fro: images to the base and features from it,
 * activations to the step, unless they stay on the device, and its loss from it. Prints a {@link Measurement} for each as a line of JSON.
 */
public final class DeviceBenchmark {
    private static final int LEAST_REPEATS = 3;
    private static final int MOST_REPEATS = 30;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String by;
    private final double secondsOfEach;
    private final long end;

    private DeviceBenchmark(String by, double secondsOfEach, double seconds) {
        this.by = by;
        this.secondsOfEach = secondsOfEach;
        this.end = System.nanoTime() + (long) (seconds * 1e9);
    }

    /**
     * Measures the networks and batches of {@code scripts/gpu-check}, the most important first, until the time is up.
     *
     * @param arguments backend, number of the GPU or "", seconds for each figure, seconds for all, and, separated by commas,
     *     alphas, sizes of the images and sizes of the batches
     */
    public static void main(String[] arguments) throws IOException {
        BackendType backend = BackendType.valueOf(arguments[0].toUpperCase(Locale.ROOT));
        Optional<Integer> device =
                Optional.of(arguments[1]).filter(number -> !number.isEmpty()).map(Integer::valueOf);
        Engines.start(new BackendOptions(backend, device, 0), SelfCheck.NETWORK, System.err::println);
        DeviceBenchmark benchmark = new DeviceBenchmark(
                "finetune " + arguments[0], Double.parseDouble(arguments[2]), Double.parseDouble(arguments[3]));
        for (String batch : arguments[6].split(",")) {
            for (String alpha : arguments[4].split(",")) {
                for (String size : arguments[5].split(",")) {
                    BenchmarkNetwork network = new BenchmarkNetwork(Double.parseDouble(alpha), Integer.parseInt(size));
                    benchmark.measure(network, Integer.parseInt(batch));
                }
            }
        }
        // Threads of engines need not end.
        System.exit(0);
    }

    private void measure(BenchmarkNetwork network, int batch) throws IOException {
        Engine engine = Engines.of(
                EngineType.FAST, Optional.empty(), network.architecture, BenchmarkNetwork.CLASSES, OpProfile.NONE);
        measure("frozenBase", network, batch, () -> base(engine, network, batch));
        measure("trainingStep", network, batch, () -> step(engine, network, batch));
    }

    /** Something to repeat, and to close afterwards. */
    private interface Work extends AutoCloseable {
        void run();

        @Override
        void close();
    }

    private interface Preparation {
        Work prepare();
    }

    private void measure(String name, BenchmarkNetwork network, int batch, Preparation preparation) throws IOException {
        if (System.nanoTime() > end) {
            return;
        }
        double milliseconds;
        try (Work work = preparation.prepare()) {
            milliseconds = milliseconds(work);
        } catch (RuntimeException | OutOfMemoryError e) {
            if (MemoryShortage.in(e).isEmpty()) {
                throw e;
            }
            System.err.println("Too little memory for " + name + " with a batch of " + batch);
            return;
        }
        System.out.println(JSON.writeValueAsString(new Measurement(
                name,
                by,
                "batch " + batch,
                network.architecture.alpha(),
                network.architecture.size(),
                milliseconds / batch,
                "ms/image")));
    }

    /** Median time of a run but for the first. */
    private double milliseconds(Work work) {
        work.run();
        double[] times = new double[MOST_REPEATS];
        int count = 0;
        long begin = System.nanoTime();
        while (count < LEAST_REPEATS || (count < MOST_REPEATS && (System.nanoTime() - begin) / 1e9 < secondsOfEach)) {
            long start = System.nanoTime();
            work.run();
            times[count++] = (System.nanoTime() - start) / 1e6;
        }
        return Arrays.stream(times, 0, count)
                .sorted()
                .skip(count / 2)
                .findFirst()
                .orElseThrow();
    }

    private static Work base(Engine engine, BenchmarkNetwork network, int batch) {
        FrozenBase base = engine.base(network.weights, List.of(Architecture.POOLING), batch);
        long values =
                network.architecture.layer(Architecture.INPUT).outputShape().length();
        byte[] pixels = new byte[Math.toIntExact(batch * values)];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (i * 7L % 251);
        }
        Pointer images = base.pixels().of(pixels);
        return work(
                base,
                opened -> {
                    opened.load(images, batch);
                    opened.run(batch);
                    float[] features = new float[1];
                    HostMemory.read(opened.output(Architecture.POOLING), features);
                    return features[0];
                },
                images::close);
    }

    private static Work step(Engine engine, BenchmarkNetwork network, int batch) {
        TrainableTail tail = engine.tail(network.weights, network.boundary, new TailSettings(batch, 1e-5, 0.2, 0));
        Noise activations = new Noise(batch, noise(tail.input().length()));
        int[] records = IntStream.range(0, batch).toArray();
        int[] labels = Arrays.stream(records)
                .map(image -> image % BenchmarkNetwork.CLASSES)
                .toArray();
        return work(
                tail,
                opened -> {
                    opened.load(activations, records);
                    return opened.fit(batch, labels, 1);
                },
                () -> {});
    }

    /** Activations that a tail is given in each step, or keeps, as those of a cache. */
    private record Noise(int count, float[] values) implements Activations {

        @Override
        public void read(int[] records, INDArray batch) {
            HostMemory.write(batch, values);
        }
    }

    private static <T extends AutoCloseable> Work work(T opened, ToDoubleFunction<T> action, Runnable afterwards) {
        return new Work() {
            @Override
            public void run() {
                if (Double.isNaN(action.applyAsDouble(opened))) {
                    throw new IllegalStateException("The result is no number");
                }
            }

            @Override
            public void close() {
                try {
                    opened.close();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
                afterwards.run();
            }
        };
    }

    private static float[] noise(long length) {
        float[] values = new float[Math.toIntExact(length)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (i * 7L % 11 - 5) / 5f;
        }
        return values;
    }
}
