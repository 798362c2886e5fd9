package org.finetune.inference;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.bytedeco.javacpp.FloatPointer;
import org.finetune.backend.MemoryShortage;
import org.finetune.engine.Classifier;
import org.finetune.engine.select.Engines;
import org.finetune.model.SavedModel;

/**
 * The same network laid out for 1, 2, 4, 8... images. A layout divides its own number of images among the cores; with fewer, some
 * of them would have nothing to do. Any number of images is the sum of some of these.
 */
final class SizedNetworks implements AutoCloseable {
    /** The smallest first: each is for twice as many images as the one before. */
    private final List<Classifier> networks = new ArrayList<>();

    /**
     * Lays out a network, on the thread that will run it.
     *
     * @param largest most images of a batch
     * @param warnings is notified that the memory suffices for smaller batches only
     */
    SizedNetworks(SavedModel model, int largest, Consumer<String> warnings) {
        try {
            for (int size = 1; size <= largest; size *= 2) {
                networks.add(Engines.classifier(model, size, true));
            }
        } catch (RuntimeException | OutOfMemoryError e) {
            MemoryShortage shortage = MemoryShortage.in(e).orElse(null);
            if (networks.isEmpty() || (shortage != MemoryShortage.NATIVE && shortage != MemoryShortage.DEVICE)) {
                close();
                throw e;
            }
            warnings.accept("Too little memory for batches of " + largest + " photos; continuing with batches of "
                    + (1 << (networks.size() - 1)));
        }
    }

    /** Number of images that a network runs at once: the largest that there is for at most so many. */
    int part(int images) {
        return 1 << index(images);
    }

    /**
     * The network for a number of images that {@link #part} has returned.
     */
    Classifier network(int images) {
        return networks.get(index(images));
    }

    private int index(int images) {
        return Math.min(networks.size(), Integer.SIZE - Integer.numberOfLeadingZeros(images)) - 1;
    }

    /** Runs each network once, since the first run of a layout takes longer. */
    void warmUp(long valuesPerImage) {
        try (FloatPointer gray = new FloatPointer(valuesPerImage)) {
            gray.zero();
            for (int index = 0; index < networks.size(); index++) {
                networks.get(index).classify(Collections.nCopies(1 << index, gray));
            }
        }
    }

    @Override
    public void close() {
        networks.forEach(Classifier::close);
        networks.clear();
    }
}
