package org.finetune.benchmark;

import java.util.concurrent.TimeUnit;
import org.finetune.engine.OpProfile;
import org.finetune.engine.TailSettings;
import org.finetune.engine.TrainableTail;
import org.finetune.engine.fast.FastEngine;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** One training step of the last 20 layers on the fast engine, from kept activations. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 6, time = 1)
public class TrainingStepBenchmark {
    @Param({"0.35", "1.0"})
    public double alpha;

    @Param({"96", "224"})
    public int size;

    @Param("" + BenchmarkNetwork.TRAINING_BATCH)
    public int batch;

    private final int[] labels = new int[BenchmarkNetwork.TRAINING_BATCH];
    private TrainableTail tail;

    /** Lays the plans out. */
    @Setup
    public void prepare() {
        BenchmarkNetwork network = new BenchmarkNetwork(alpha, size);
        tail = new FastEngine(network.architecture, BenchmarkNetwork.CLASSES, OpProfile.NONE)
                .tail(network.weights, network.boundary, new TailSettings(batch, 1e-5, 0.2, 0));
        tail.input().assign(Nd4j.rand(DataType.FLOAT, tail.input().shape()));
        for (int i = 0; i < labels.length; i++) {
            labels[i] = i % BenchmarkNetwork.CLASSES;
        }
    }

    /** One step. */
    @Benchmark
    public double trainingStep() {
        return tail.fit(batch, labels, 1);
    }

    @TearDown
    public void close() {
        tail.close();
    }
}
