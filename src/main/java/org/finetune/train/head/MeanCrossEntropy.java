package org.finetune.train.head;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.finetune.backend.HostMemory;
import org.finetune.backend.ThreadLimit;
import org.finetune.train.head.FeatureBlocks.Block;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The mean cross-entropy over blocks of rows and its gradient. The blocks are dealt out to a fixed number of lanes, each of
 * which adds its own up in order before the lanes are added up in order, so that the number of threads changes no bit.
 */
final class MeanCrossEntropy implements AutoCloseable {
    private static final int LANES = 8;

    private final FeatureBlocks features;
    private final INDArray kernel;
    private final List<BlockGradient> lanes;
    private final ExecutorService threads;

    MeanCrossEntropy(FeatureBlocks features, int classes, int threads) {
        this.features = features;
        this.kernel = Nd4j.create(DataType.FLOAT, new long[] {features.features(), classes}, 'c');
        this.lanes = IntStream.range(0, LANES)
                .mapToObj(lane -> new BlockGradient(features.features(), classes))
                .toList();
        this.threads = Executors.newFixedThreadPool(Math.min(threads, LANES), task -> {
            Thread thread = new Thread(task, "head");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * The mean cross-entropy, in nats.
     *
     * @param parameters kernel, {@code [features,classes]}, then bias
     * @param gradient its gradient, to be written, or null
     */
    double of(List<Block> blocks, CrossEntropy target, double[] parameters, double[] gradient) {
        float[] rounded = new float[Math.toIntExact(kernel.length())];
        for (int i = 0; i < rounded.length; i++) {
            rounded[i] = (float) parameters[i];
        }
        HostMemory.write(kernel, rounded);
        List<Callable<Void>> tasks = new ArrayList<>();
        for (int lane = 0; lane < LANES; lane++) {
            int first = lane;
            tasks.add(() -> {
                run(lanes.get(first), first, blocks, target, parameters, gradient != null);
                return null;
            });
        }
        runAll(tasks);
        double rows = blocks.stream().mapToInt(block -> block.rows().length).sum();
        double loss = lanes.stream().mapToDouble(BlockGradient::loss).sum();
        if (gradient != null) {
            for (int i = 0; i < gradient.length; i++) {
                double sum = 0;
                for (BlockGradient lane : lanes) {
                    sum += lane.gradient()[i];
                }
                gradient[i] = sum / rows;
            }
        }
        return loss / rows;
    }

    private void run(
            BlockGradient lane,
            int first,
            List<Block> blocks,
            CrossEntropy target,
            double[] parameters,
            boolean withGradient) {
        lane.clear();
        try (ThreadLimit limit = ThreadLimit.begin(1)) {
            for (int i = first; i < blocks.size(); i += LANES) {
                Block block = blocks.get(i);
                INDArray x = features.features(block, lane.room());
                lane.add(x, block.labels(), kernel, parameters, target, withGradient);
            }
        }
    }

    private void runAll(List<Callable<Void>> tasks) {
        try {
            for (Future<Void> done : threads.invokeAll(tasks)) {
                done.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while the head was solved", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    @Override
    public void close() {
        threads.shutdown();
        lanes.forEach(BlockGradient::close);
        kernel.close();
    }
}
