package org.finetune.data.quality;

import java.util.Optional;
import org.finetune.data.decode.ImageInfo;
import org.finetune.data.decode.PerceptualHash;

/**
 * A photo that can be used, and what is known of it.
 *
 * @param id what it is called
 * @param label index of its class
 * @param split what it is used for
 * @param sha256 SHA-256 of its content, in hexadecimal
 * @param info its description, if it was decoded
 */
public record CheckedPhoto(String id, int label, Split split, String sha256, Optional<ImageInfo> info) {

    /** What it looks like, if that is known and it is not too plain. */
    Optional<PerceptualHash> hash() {
        return info.map(ImageInfo::hash);
    }
}
