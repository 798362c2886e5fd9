package org.finetune.data.decode.jpeg;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.finetune.data.decode.format.ImageDecodeException;
import org.finetune.data.decode.format.ImageFormat;
import org.finetune.data.decode.format.ImageHeader;
import org.finetune.testing.FuzzSeeds;

/** Fuzzing of the decoder of large JPEG files, with files whose headers were checked. */
public final class EighthDecoderFuzz {
    /** Larger images take too long. */
    private static final long MOST_PIXELS = 1 << 22;

    private EighthDecoderFuzz() {}

    /** Called by the fuzzer. */
    public static void fuzzerTestOneInput(byte[] file) {
        try {
            ImageHeader header = ImageHeader.read(file);
            if (header.format() != ImageFormat.JPEG || header.pixels() > MOST_PIXELS) {
                return;
            }
            Optional<byte[]> image = EighthDecoder.decode(header);
            int bytes = 3 * ((header.width() + 7) / 8) * ((header.height() + 7) / 8);
            if (image.isPresent() && image.get().length != bytes) {
                throw new IllegalStateException("of another size than " + header);
            }
        } catch (ImageDecodeException e) {
            // That is how bad files are refused.
        }
    }

    /** Writes the inputs to begin with. */
    public static void main(String[] arguments) throws IOException {
        FuzzSeeds seeds = new FuzzSeeds(arguments);
        seeds.addFiles(Path.of("data/sample/fish"));
        seeds.addFiles(Path.of("../shared/data/odd-images"));
    }
}
