package org.finetune.benchmark;

import java.util.concurrent.TimeUnit;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
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
import org.openjdk.jmh.annotations.Warmup;

/** The forward pass of the whole network as Deeplearning4j's own layers. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 1, time = 1)
@Measurement(iterations = 3, time = 1)
public class StockGraphBenchmark {
    @Param("1.0")
    public double alpha;

    @Param("96")
    public int size;

    @Param("32")
    public int batch;

    private ComputationGraph graph;
    private INDArray images;

    /** Makes the graph. */
    @Setup
    public void prepare() {
        graph = new BenchmarkNetwork(alpha, size).graph();
        images = Nd4j.rand(DataType.FLOAT, batch, size, size, 3);
    }

    /** One batch. */
    @Benchmark
    public INDArray stockGraph() {
        return graph.outputSingle(images);
    }
}
