package org.finetune.data.decode.process;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.opencv_core.Mat;

/** An image in shared memory, which is given back when the image is closed. */
final class SharedMat extends Mat {
    private Runnable giveBack;

    SharedMat(int rows, int columns, int type, BytePointer pixels, Runnable giveBack) {
        super(rows, columns, type, pixels);
        this.giveBack = giveBack;
    }

    @Override
    public void close() {
        super.close();
        if (giveBack != null) {
            giveBack.run();
            giveBack = null;
        }
    }
}
