package org.finetune.benchmark;

import java.util.concurrent.TimeUnit;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
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

/** A large matrix product: what the machine can do. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 4, time = 1)
public class MatrixProductBenchmark {
    @Param("2048")
    public int size;

    private INDArray x;
    private INDArray y;
    private INDArray z;

    /** Makes the matrices. */
    @Setup
    public void prepare() {
        x = Nd4j.rand(DataType.FLOAT, size, size);
        y = Nd4j.rand(DataType.FLOAT, size, size);
        z = Nd4j.create(DataType.FLOAT, new long[] {size, size}, 'c');
    }

    /** One product. */
    @Benchmark
    public void matrixProduct() {
        Nd4j.exec(
                DynamicCustomOp.builder("matmul").addInputs(x, y).addOutputs(z).build());
    }
}
