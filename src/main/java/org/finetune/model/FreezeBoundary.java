package org.finetune.model;

import java.util.List;

/**
 * Where the frozen part of the base ends: the last {@code unfreeze} layers of Keras's {@code base_model.layers}, the
 * pooling included, are trained, as {@code base_model.layers[-unfreeze:]}.
 */
public final class FreezeBoundary {
    private final Architecture architecture;
    private final int firstTrained;
    private final KerasLayer cut;

    /**
     * Counts from the pooling back.
     *
     * @param unfreeze number of trained layers; as many as there are or more for all
     */
    public FreezeBoundary(Architecture architecture, int unfreeze) {
        if (unfreeze < 0) {
            throw new IllegalArgumentException("unfreeze must not be negative: " + unfreeze);
        }
        this.architecture = architecture;
        this.firstTrained = Math.max(0, architecture.base().size() - unfreeze);
        this.cut = findCut();
    }

    /** The boundary above the whole base: the head alone is trained. */
    public static FreezeBoundary headOnly(Architecture architecture) {
        return new FreezeBoundary(architecture, 0);
    }

    /** The network whose base it divides. */
    public Architecture architecture() {
        return architecture;
    }

    /**
     * The layers of base and head of which anything is trained, in network order.
     *
     * @param classes outputs of the softmax layer
     */
    public List<KerasLayer> trainedLayers(int classes) {
        return architecture.network(classes).stream()
                .filter(layer -> layer.hasParameters() && !isFrozen(layer))
                .toList();
    }

    /** Whether the layer's parameters stay as they are. Layers of the head are never frozen. */
    public boolean isFrozen(KerasLayer layer) {
        return layer.index() < firstTrained;
    }

    /** The last frozen layer; the input, which has nothing to train, if all layers are trained. */
    public KerasLayer lastFrozen() {
        return architecture.base().get(Math.max(0, firstTrained - 1));
    }

    /** Whether any layer of the base with parameters is trained. */
    public boolean trainsBase() {
        return trainedBase().stream().anyMatch(KerasLayer::hasParameters);
    }

    private List<KerasLayer> trainedBase() {
        return architecture.base().subList(firstTrained, architecture.base().size());
    }

    /**
     * The layer whose output is worth keeping: everything up to it is frozen, its output is the only tensor that the
     * rest of the network reads, and it is the last such linear bottleneck (or the input, or the pooled features if
     * nothing of the base is trained). Where the boundary runs through a block this lies below it, since a bottleneck
     * is six times narrower than what is inside the block.
     */
    public KerasLayer cut() {
        return cut;
    }

    private KerasLayer findCut() {
        if (!trainsBase()) {
            return architecture.layer(Architecture.POOLING);
        }
        KerasLayer trained = trainedBase().stream()
                .filter(KerasLayer::hasParameters)
                .findFirst()
                .orElseThrow();
        // A batch normalization is executed together with the convolution it follows.
        int first = trained.type() == LayerType.BATCH_NORMALIZATION ? trained.index() - 1 : trained.index();
        for (int index = first - 1; index > 0; index--) {
            if (isBottleneck(index)) {
                return architecture.base().get(index);
            }
        }
        return architecture.base().get(0);
    }

    private boolean isBottleneck(int index) {
        KerasLayer layer = architecture.base().get(index);
        KerasLayer next = architecture.base().get(index + 1);
        return layer.type() == LayerType.ADD || (layer.name().endsWith("project_BN") && next.type() != LayerType.ADD);
    }
}
