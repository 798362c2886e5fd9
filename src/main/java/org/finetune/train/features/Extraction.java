package org.finetune.train.features;

import org.finetune.data.decode.Preprocessing;
import org.finetune.engine.EngineType;

/**
 * How activations are computed: what they depend on besides the images and the layer.
 *
 * @param weightsSha256 SHA-256 of the file with the weights that the run begins with, in hexadecimal
 * @param alpha width multiplier of the network
 * @param preprocessing what comes between image file and network
 * @param maxPixels most pixels of an image that is decoded
 * @param engine how the network is executed
 * @param backend where, and by how many threads
 * @param batchSize most images of one run of the frozen part
 */
public record Extraction(
        String weightsSha256,
        double alpha,
        Preprocessing preprocessing,
        long maxPixels,
        EngineType engine,
        String backend,
        int batchSize) {}
