package org.finetune.model;

import java.util.List;

/** The kinds of layer MobileNetV2 is made of, with Keras's names for them and for their parameters. */
public enum LayerType {
    INPUT("InputLayer"),
    CONVOLUTION("Conv2D", "kernel"),
    DEPTHWISE_CONVOLUTION("DepthwiseConv2D", "depthwise_kernel"),
    BATCH_NORMALIZATION("BatchNormalization", "gamma", "beta", "moving_mean", "moving_variance"),
    RELU6("ReLU"),
    ZERO_PADDING("ZeroPadding2D"),
    ADD("Add"),
    GLOBAL_AVERAGE_POOLING("GlobalAveragePooling2D"),
    DROPOUT("Dropout"),
    DENSE("Dense", "kernel", "bias");

    private final String kerasClass;
    private final List<String> parameterNames;

    LayerType(String kerasClass, String... parameterNames) {
        this.kerasClass = kerasClass;
        this.parameterNames = List.of(parameterNames);
    }

    /** Name of the class of such layers in {@code keras.layers}. */
    public String kerasClass() {
        return kerasClass;
    }

    /** Names of the parameters that gradient descent changes: all but the moving statistics. */
    public List<String> trainableNames() {
        return parameterNames.stream()
                .filter(name -> !name.startsWith("moving_"))
                .toList();
    }

    /** Parameter names in the order in which Keras stores them. */
    public List<String> parameterNames() {
        return parameterNames;
    }
}
