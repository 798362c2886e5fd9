package org.finetune.model;

import java.util.List;

/** The kinds of layer MobileNetV2 is made of, with Keras's names for their parameters. */
public enum LayerType {
    INPUT,
    CONVOLUTION("kernel"),
    DEPTHWISE_CONVOLUTION("depthwise_kernel"),
    BATCH_NORMALIZATION("gamma", "beta", "moving_mean", "moving_variance"),
    RELU6,
    ZERO_PADDING,
    ADD,
    GLOBAL_AVERAGE_POOLING,
    DROPOUT,
    DENSE("kernel", "bias");

    private final List<String> parameterNames;

    LayerType(String... parameterNames) {
        this.parameterNames = List.of(parameterNames);
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
