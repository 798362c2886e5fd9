package org.finetune.benchmark;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.finetune.engine.FrozenBase;
import org.finetune.engine.OpProfile;
import org.finetune.engine.fast.FastEngine;
import org.finetune.model.Architecture;
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

/** The forward pass of the frozen base on the fast engine. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 6, time = 1)
public class FrozenBaseBenchmark {
    @Param({"0.35", "1.0"})
    public double alpha;

    @Param({"96", "224"})
    public int size;

    @Param("32")
    public int batch;

    private FrozenBase base;

    /** Lays the plan out. */
    @Setup
    public void prepare() {
        BenchmarkNetwork network = new BenchmarkNetwork(alpha, size);
        base = new FastEngine(network.architecture, BenchmarkNetwork.CLASSES, OpProfile.NONE)
                .base(network.weights, List.of(Architecture.POOLING), batch);
        base.input().assign(Nd4j.rand(DataType.FLOAT, base.input().shape()));
    }

    /** One batch. */
    @Benchmark
    public void frozenBase() {
        base.run(batch);
    }

    @TearDown
    public void close() {
        base.close();
    }
}
