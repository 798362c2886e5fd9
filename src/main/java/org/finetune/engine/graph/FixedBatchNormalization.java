package org.finetune.engine.graph;

import java.util.Collection;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Batch normalization that uses and keeps the moving statistics while gamma and beta are trained, as Keras's layer does
 * when called with {@code training=False}. The stock layer has no such mode. Activations are {@code [N,H,W,C]}.
 */
final class FixedBatchNormalization extends BatchNormalization {
    private static final long serialVersionUID = 1L;

    /** Takes over the settings of a stock layer. */
    FixedBatchNormalization(BatchNormalization stock) {
        setNIn(stock.getNIn());
        setNOut(stock.getNOut());
        setEps(stock.getEps());
        setUseLogStd(stock.isUseLogStd());
        setCnn2DFormat(stock.getCnn2DFormat());
        setIUpdater(stock.getIUpdater());
        setActivationFn(stock.getActivationFn());
        setLayerName(stock.getLayerName());
        initializeConstraints(new Builder());
    }

    @Override
    public Layer instantiate(
            NeuralNetConfiguration configuration,
            Collection<TrainingListener> listeners,
            int index,
            INDArray parameters,
            boolean initialize,
            DataType dataType) {
        Execution layer = new Execution(configuration, dataType);
        layer.setListeners(listeners);
        layer.setIndex(index);
        layer.setParamsViewArray(parameters);
        layer.setParamTable(initializer().init(configuration, parameters, initialize));
        layer.setConf(configuration);
        return layer;
    }

    /** Runs the layer. */
    private static final class Execution extends org.deeplearning4j.nn.layers.normalization.BatchNormalization {
        private static final long serialVersionUID = 1L;

        Execution(NeuralNetConfiguration configuration, DataType dataType) {
            super(configuration, dataType);
        }

        @Override
        public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
            return super.activate(false, workspaces);
        }

        @Override
        public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
            INDArray mean = vector(BatchNormalizationParamInitializer.GLOBAL_MEAN);
            INDArray variance = vector(BatchNormalizationParamInitializer.GLOBAL_VAR);
            INDArray sigma = Transforms.sqrt(variance.add(layerConf().getEps()));
            INDArray normalized = input.dup('c');
            normalized.subi(mean.reshape(1, 1, 1, -1)).divi(sigma.reshape(1, 1, 1, -1));

            Gradient gradient = new DefaultGradient();
            put(
                    gradient,
                    BatchNormalizationParamInitializer.GAMMA,
                    epsilon.mul(normalized).sum(0, 1, 2));
            put(gradient, BatchNormalizationParamInitializer.BETA, epsilon.sum(0, 1, 2));
            put(gradient, BatchNormalizationParamInitializer.GLOBAL_MEAN, mean.mul(0));
            put(gradient, BatchNormalizationParamInitializer.GLOBAL_VAR, mean.mul(0));
            INDArray scale = vector(BatchNormalizationParamInitializer.GAMMA).div(sigma);
            INDArray inputGradient = epsilon.mul(scale.reshape(1, 1, 1, -1));
            return new Pair<>(gradient, workspaces.leverageTo(ArrayType.ACTIVATION_GRAD, inputGradient));
        }

        private INDArray vector(String parameter) {
            INDArray values = getParam(parameter);
            return values.reshape(values.length());
        }

        private void put(Gradient gradient, String parameter, INDArray value) {
            INDArray view = gradientViews.get(parameter);
            view.assign(value.reshape(view.shape()));
            gradient.setGradientFor(parameter, view);
        }
    }
}
