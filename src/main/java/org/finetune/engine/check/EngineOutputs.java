package org.finetune.engine.check;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.finetune.backend.HostMemory;
import org.finetune.backend.PixelType;
import org.finetune.engine.Engine;
import org.finetune.engine.FrozenBase;
import org.finetune.engine.TailSettings;
import org.finetune.engine.TrainableTail;
import org.finetune.model.Architecture;
import org.finetune.model.FreezeBoundary;
import org.finetune.model.Weights;

/**
 * What an engine computes of a {@link FixedNetwork}.
 *
 * @param features the pooled features of {@value #IMAGES} images, one after the other
 * @param losses of {@value #STEPS} training steps of all layers on them
 */
record EngineOutputs(float[] features, double[] losses) {
    private static final int IMAGES = 4;
    private static final int STEPS = 2;
    /**
     * The second loss shows by much more than rounding whether the first step was right, which changes it by some percent. Adam's first
     * step goes by the signs of the gradients, and where these are nothing but rounding, engines differ: with a rate of 1e-4, by
     * up to 3e-3 of the loss.
     */
    private static final double LEARNING_RATE = 3e-6;

    private static final double LABEL_SMOOTHING = 0.1;
    /** The outputs of the fast engine on a CPU, as {@link #write} writes them. */
    private static final String RECORDED = "recorded.bin";

    /** Has an engine compute, which is made for the network. */
    static EngineOutputs of(Engine engine, FixedNetwork network) {
        Architecture architecture = network.architecture();
        Weights weights = network.weights();
        byte[] images = network.images(IMAGES);
        float[] features;
        try (FrozenBase base = engine.base(weights, List.of(Architecture.POOLING), IMAGES);
                Pointer pixels = base.pixels().of(images)) {
            base.load(pixels, IMAGES);
            base.run(IMAGES);
            features = HostMemory.values(base.output(Architecture.POOLING));
        }
        double[] losses = new double[STEPS];
        FreezeBoundary all =
                new FreezeBoundary(architecture, architecture.base().size());
        TailSettings settings = new TailSettings(IMAGES, LEARNING_RATE, 0, LABEL_SMOOTHING);
        try (TrainableTail tail = engine.tail(weights, all, settings)) {
            HostMemory.write(tail.input(), PixelType.scaled(images));
            for (int step = 0; step < STEPS; step++) {
                losses[step] = tail.fit(IMAGES, network.labels(IMAGES), step);
            }
        }
        return new EngineOutputs(features, losses);
    }

    /** Those that are part of the program. */
    static EngineOutputs recorded() {
        try (InputStream file = EngineOutputs.class.getResourceAsStream(RECORDED);
                DataInputStream in = new DataInputStream(file)) {
            double[] losses = new double[STEPS];
            for (int step = 0; step < STEPS; step++) {
                losses[step] = in.readDouble();
            }
            float[] features = new float[in.readInt()];
            for (int i = 0; i < features.length; i++) {
                features[i] = in.readFloat();
            }
            return new EngineOutputs(features, losses);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes the losses as float64, the number of features, and the features as float32, all with the highest byte first. */
    void write(OutputStream file) throws IOException {
        DataOutputStream out = new DataOutputStream(file);
        for (double loss : losses) {
            out.writeDouble(loss);
        }
        out.writeInt(features.length);
        for (float feature : features) {
            out.writeFloat(feature);
        }
        out.flush();
    }
}
