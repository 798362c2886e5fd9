package org.finetune.data.decode;

import java.io.IOException;
import java.nio.file.Path;
import org.finetune.data.decode.format.ImageDecodeException;
import org.finetune.data.decode.format.ImageHeader;
import org.finetune.testing.FuzzSeeds;

/** Fuzzing of the header check, which sees every byte of an image file before a decoder does. */
public final class ImageHeaderFuzz {
    private ImageHeaderFuzz() {}

    /** Called by the fuzzer. */
    public static void fuzzerTestOneInput(byte[] file) {
        try {
            ImageHeader header = ImageHeader.read(file);
            if (header.pixels() < 1 || header.uprightWidth() < 1) {
                throw new IllegalStateException(header.toString());
            }
            for (ImageHeader.Piece piece : header.pieces()) {
                if (piece.offset() < 0
                        || piece.length() < 0
                        || piece.offset() > piece.bytes().length - piece.length()) {
                    throw new IllegalStateException("piece beyond the file");
                }
            }
        } catch (ImageDecodeException e) {
            // That is how bad files are refused.
        }
    }

    /** Writes the inputs to begin with. */
    public static void main(String[] arguments) throws IOException {
        FuzzSeeds seeds = new FuzzSeeds(arguments);
        seeds.addFiles(Path.of("data/sample"));
        seeds.addFiles(Path.of("../shared/data/odd-images"));
    }
}
