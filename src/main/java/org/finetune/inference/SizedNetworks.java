package org.finetune.inference;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.bytedeco.javacpp.Pointer;
import org.finetune.backend.MemoryShortage;
import org.finetune.engine.Classifier;
import org.finetune.engine.select.Engines;
import org.finetune.model.SavedModel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The same network laid out for 1, 2, 4, 8... images. A layout divides its own number of images among the cores; with fewer, some
 * of them would have nothing to do. Any number of images is the sum of some of these.
 */
final class SizedNetworks implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SizedNetworks.class);

    /** The smallest first: each is for twice as many images as the one before. */
    private final List<Classifier> networks = new ArrayList<>();

    private final SavedModel model;
    private final Consumer<String> warnings;
    private int largest;

    /**
     * Lays out a network for one image, on the thread that will run it. Larger ones follow by {@link #grow}.
     *
     * @param largest most images of a batch
     * @param warnings is notified that the memory suffices for smaller batches only
     */
    SizedNetworks(SavedModel model, int largest, Consumer<String> warnings) {
        this.model = model;
        this.largest = largest;
        this.warnings = warnings;
        grow();
    }

    /**
     * Lays out the network for twice as many images as the largest layout so far, and runs it once, since the first run of a layout
     * takes longer.
     *
     * @return whether there was one to lay out
     */
    boolean grow() {
        int size = 1 << networks.size();
        if (size > largest) {
            return false;
        }
        Classifier network = null;
        try {
            network = Engines.classifier(model, size, true);
            warmUp(network, size);
            networks.add(network);
        } catch (RuntimeException | Error e) {
            if (network != null) {
                network.close();
            }
            if (size == 1) {
                throw e;
            }
            LOG.debug("No layout for {} images", size, e);
            warnings.accept((MemoryShortage.in(e).isPresent() ? "Too little memory" : "No network") + " for batches of "
                    + largest + " photos; continuing with batches of " + size / 2);
            largest = size / 2;
        }
        return true;
    }

    /** Lays out networks up to the largest that a number of images can use. */
    void growFor(int images) {
        boolean grows = true;
        while (grows && 1 << networks.size() <= images) {
            grows = grow();
        }
    }

    private void warmUp(Classifier network, int images) {
        int size = model.architecture().size();
        try (Pointer black = network.pixels().of(new byte[3 * size * size])) {
            network.classify(Collections.nCopies(images, black), network.pixels());
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

    @Override
    public void close() {
        networks.forEach(Classifier::close);
        networks.clear();
    }
}
