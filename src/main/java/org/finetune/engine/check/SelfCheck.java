package org.finetune.engine.check;

import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.finetune.engine.Engine;
import org.finetune.model.Architecture;

/**
 * How far what an engine computes is from what the fast engine computes on the CPU, on fixed images with fixed parameters:
 * in the frozen part, and in training steps of all layers.
 *
 * @param features the largest difference of a feature, divided by the largest feature
 * @param losses the largest difference of a loss, divided by the loss
 * @param seconds how long it took
 */
public record SelfCheck(double features, double losses, double seconds) {
    /** Largest difference of features that rounding in float32 explains. */
    static final double FEATURES_TOLERANCE = 1e-4;
    /** Largest relative difference of losses that it explains. */
    static final double LOSSES_TOLERANCE = 1e-3;

    /** The network of which the program knows what the CPU makes of it. */
    public static final Architecture NETWORK = Architecture.of(0.35, 96);
    /** The outputs of its head. */
    public static final int CLASSES = 3;

    /**
     * Compares an engine with what is known of {@link #NETWORK}.
     *
     * @param examined made for this network with {@link #CLASSES}
     */
    public static SelfCheck of(Engine examined) {
        long start = System.nanoTime();
        EngineOutputs found = EngineOutputs.of(examined, FixedNetwork.of(NETWORK, CLASSES));
        return of(EngineOutputs.recorded(), found, start);
    }

    /**
     * Compares an engine with another one, which runs at the same time: a GPU hardly needs the CPU.
     *
     * @param examined made for the architecture with {@link #CLASSES}, as the reference
     * @param reference runs on this thread
     */
    public static SelfCheck of(Engine examined, Engine reference, Architecture architecture) {
        long start = System.nanoTime();
        FixedNetwork network = FixedNetwork.of(architecture, CLASSES);
        CompletableFuture<EngineOutputs> found =
                CompletableFuture.supplyAsync(() -> EngineOutputs.of(examined, network));
        EngineOutputs expected = EngineOutputs.of(reference, network);
        return of(expected, found.join(), start);
    }

    private static SelfCheck of(EngineOutputs expected, EngineOutputs found, long start) {
        double features = 0;
        double largest = 0;
        for (int i = 0; i < expected.features().length; i++) {
            // Where either is no number, so is the largest.
            features = Math.max(features, Math.abs((double) expected.features()[i] - found.features()[i]));
            largest = Math.max(largest, Math.abs(expected.features()[i]));
        }
        double losses = 0;
        for (int i = 0; i < expected.losses().length; i++) {
            losses = Math.max(losses, Math.abs(found.losses()[i] / expected.losses()[i] - 1));
        }
        return new SelfCheck(features / largest, losses, (System.nanoTime() - start) / 1e9);
    }

    /** Whether rounding explains the differences. */
    public boolean passed() {
        return features <= FEATURES_TOLERANCE && losses <= LOSSES_TOLERANCE;
    }

    /** What differs and by how much, such as "features differ from the CPU's by 1.2e-06, losses by 3.0e-07". */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "features differ from the CPU's by %.1e (%.0e is allowed), losses by %.1e (%.0e)",
                features,
                FEATURES_TOLERANCE,
                losses,
                LOSSES_TOLERANCE);
    }
}
