package org.finetune.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.finetune.data.PhotoFile;
import org.finetune.data.decode.ImageDecoder;
import org.finetune.data.decode.ImageInfo;
import org.finetune.data.decode.Preprocessing;
import org.finetune.data.decode.View;
import org.finetune.data.decode.format.ImageHeader;
import org.finetune.data.decode.format.ImageHeader.Piece;
import org.finetune.data.decode.jpeg.EighthDecoder;
import org.finetune.data.decode.process.NativeDecoder;
import org.finetune.hash.Sha256;
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

/** What a JPEG photo costs on its way to the network, by part, on one thread. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class PhotoBenchmark {
    private static final int INPUT = 224;

    /** Width of the photo; its height is three quarters of that. */
    @Param({"320", "4032"})
    public int size;

    private final ImageDecoder decoder = new ImageDecoder(new Preprocessing(INPUT), ImageDecoder.DEFAULT_MAX_PIXELS);

    private PhotoFile photo;
    private byte[] content;
    private ImageHeader header;
    private byte[] pieces;
    private int reduction;
    private FloatPointer input;

    /** Makes the photo. */
    @Setup
    public void prepare() throws IOException {
        Path file = Files.createTempFile("photo", ".jpg");
        photo = new PhotoFile(file);
        content = CameraPhoto.of(Path.of("data/sample/fish/fish-01.jpg"), size);
        Files.write(file, content);
        header = ImageHeader.read(content);
        pieces = Piece.join(header.pieces());
        reduction = Math.min(8, Integer.highestOneBit(size * 3 / 4 / INPUT));
        input = new FloatPointer((long) INPUT * INPUT * 3);
        NativeDecoder.INSTANCE.start();
    }

    @Benchmark
    public byte[] photoRead() throws IOException {
        return photo.read();
    }

    @Benchmark
    public String photoHash() {
        return Sha256.of(content);
    }

    /** The check of the segments. */
    @Benchmark
    public ImageHeader photoCheck() throws IOException {
        return ImageHeader.read(content);
    }

    /** Decodes the photo; the smaller one in the decoder process. */
    @Benchmark
    public int photoDecode() throws IOException {
        if (reduction == EighthDecoder.SCALE) {
            return EighthDecoder.decode(header).orElseThrow().length;
        }
        int width = (size + reduction - 1) / reduction;
        int height = (size * 3 / 4 + reduction - 1) / reduction;
        try (Mat image = NativeDecoder.INSTANCE.decode(pieces, reduction, width, height)) {
            return image.cols();
        }
    }

    /** From the content to the network's input, with the perceptual hash. */
    @Benchmark
    public ImageInfo photoInput() throws IOException {
        return decoder.decodeAndDescribe(content, List.of(View.PLAIN), input);
    }

    /** Deletes the photo. */
    @TearDown
    public void delete() throws IOException {
        input.close();
        Files.delete(photo.path());
    }
}
