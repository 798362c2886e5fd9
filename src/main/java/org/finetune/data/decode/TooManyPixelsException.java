package org.finetune.data.decode;

import org.finetune.data.decode.format.ImageDecodeException;
import org.finetune.data.decode.format.ImageHeader;

/** An image whose header claims more pixels than are allowed. */
public final class TooManyPixelsException extends ImageDecodeException {
    private static final long serialVersionUID = 1L;

    TooManyPixelsException(ImageHeader header, long maxPixels) {
        super(header.width() + " x " + header.height() + " pixels, more than the " + maxPixels
                + " that --max-pixels allows");
    }
}
