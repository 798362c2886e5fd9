package org.finetune.export.tflite;

import com.google.flatbuffers.FlatBufferBuilder;
import java.nio.ByteBuffer;
import org.tensorflow.lite.support.metadata.schema.AssociatedFile;
import org.tensorflow.lite.support.metadata.schema.AssociatedFileType;
import org.tensorflow.lite.support.metadata.schema.ColorSpaceType;
import org.tensorflow.lite.support.metadata.schema.Content;
import org.tensorflow.lite.support.metadata.schema.ContentProperties;
import org.tensorflow.lite.support.metadata.schema.FeatureProperties;
import org.tensorflow.lite.support.metadata.schema.ImageProperties;
import org.tensorflow.lite.support.metadata.schema.ModelMetadata;
import org.tensorflow.lite.support.metadata.schema.NormalizationOptions;
import org.tensorflow.lite.support.metadata.schema.ProcessUnit;
import org.tensorflow.lite.support.metadata.schema.ProcessUnitOptions;
import org.tensorflow.lite.support.metadata.schema.Stats;
import org.tensorflow.lite.support.metadata.schema.SubGraphMetadata;
import org.tensorflow.lite.support.metadata.schema.TensorMetadata;

/**
 * TensorFlow Lite's metadata of an image classifier: that images are RGB and scaled by {@code (x - 127.5) / 127.5}, and
 * which file within the model has the labels. Android's libraries refuse models without.
 */
final class TfliteMetadata {
    private static final float MEAN = 127.5f;
    private static final float DEVIATION = 127.5f;
    /** The oldest parser of metadata that knows all that is used. */
    private static final String MIN_PARSER_VERSION = "1.0.0";

    private TfliteMetadata() {}

    /** Makes the metadata, with the name of the file that has the labels. */
    static ByteBuffer of(String labels) {
        FlatBufferBuilder builder = new FlatBufferBuilder();
        int subgraph = SubGraphMetadata.createSubGraphMetadata(
                builder,
                0,
                0,
                SubGraphMetadata.createInputTensorMetadataVector(builder, new int[] {input(builder)}),
                SubGraphMetadata.createOutputTensorMetadataVector(builder, new int[] {output(builder, labels)}),
                0,
                0,
                0,
                0,
                0);
        int metadata = ModelMetadata.createModelMetadata(
                builder,
                builder.createString("finetune"),
                builder.createString("Classifies images."),
                0,
                ModelMetadata.createSubgraphMetadataVector(builder, new int[] {subgraph}),
                0,
                0,
                0,
                builder.createString(MIN_PARSER_VERSION));
        ModelMetadata.finishModelMetadataBuffer(builder, metadata);
        return ByteBuffer.wrap(builder.sizedByteArray());
    }

    private static int input(FlatBufferBuilder builder) {
        int content = Content.createContent(
                builder,
                ContentProperties.ImageProperties,
                ImageProperties.createImageProperties(builder, ColorSpaceType.RGB, 0),
                0);
        int normalization = ProcessUnit.createProcessUnit(
                builder,
                ProcessUnitOptions.NormalizationOptions,
                NormalizationOptions.createNormalizationOptions(
                        builder,
                        NormalizationOptions.createMeanVector(builder, new float[] {MEAN}),
                        NormalizationOptions.createStdVector(builder, new float[] {DEVIATION})));
        return tensor(
                builder,
                TfliteGraph.INPUT,
                content,
                TensorMetadata.createProcessUnitsVector(builder, new int[] {normalization}),
                stats(builder, -1, 1),
                0);
    }

    private static int output(FlatBufferBuilder builder, String labels) {
        FeatureProperties.startFeatureProperties(builder);
        int properties = FeatureProperties.endFeatureProperties(builder);
        int content = Content.createContent(builder, ContentProperties.FeatureProperties, properties, 0);
        int file = AssociatedFile.createAssociatedFile(
                builder, builder.createString(labels), 0, AssociatedFileType.TENSOR_AXIS_LABELS, 0);
        return tensor(
                builder,
                TfliteGraph.OUTPUT,
                content,
                0,
                stats(builder, 0, 1),
                TensorMetadata.createAssociatedFilesVector(builder, new int[] {file}));
    }

    private static int stats(FlatBufferBuilder builder, float least, float most) {
        return Stats.createStats(
                builder,
                Stats.createMaxVector(builder, new float[] {most}),
                Stats.createMinVector(builder, new float[] {least}));
    }

    private static int tensor(FlatBufferBuilder builder, String name, int content, int units, int stats, int files) {
        return TensorMetadata.createTensorMetadata(
                builder, builder.createString(name), 0, 0, content, units, stats, files);
    }
}
