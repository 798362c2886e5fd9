package org.finetune.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.finetune.export.Exporter;
import org.finetune.export.InputRange;
import org.finetune.export.Layout;
import org.finetune.export.dl4j.Dl4jExporter;
import org.finetune.export.keras.KerasExporter;
import org.finetune.export.keras.TeachableMachineExporter;
import org.finetune.export.keras.TfjsExporter;
import org.finetune.export.onnx.OnnxExporter;
import org.finetune.export.pytorch.SafetensorsExporter;
import org.finetune.export.tflite.TfliteExporter;
import org.finetune.model.Tensor;

/** A format that {@code finetune export} writes. */
enum ExportFormat {
    ONNX(Choice.LAYOUT, Choice.PIXELS, Choice.INT8),
    SAFETENSORS,
    KERAS(Choice.PIXELS),
    TFJS(Choice.PIXELS, Choice.HALF),
    DL4J,
    TEACHABLE_MACHINE,
    TFLITE(Choice.INT8);

    /** What some formats leave to the user, by the option that says it. */
    enum Choice {
        /** Layout of the input. */
        LAYOUT,
        /** The network scales pixels itself. */
        PIXELS,
        /** Parameters of 16 bits. */
        HALF,
        /** Numbers of 8 bits. */
        INT8;

        /** Formats that leave it. */
        List<ExportFormat> formats() {
            return Arrays.stream(ExportFormat.values())
                    .filter(format -> format.choices.contains(this))
                    .toList();
        }

        @Override
        public String toString() {
            return "--" + name().toLowerCase(Locale.ROOT);
        }
    }

    private final Set<Choice> choices;

    ExportFormat(Choice... choices) {
        this.choices = Set.of(choices);
    }

    boolean leaves(Choice choice) {
        return choices.contains(choice);
    }

    /**
     * The exporter of the format.
     *
     * @param layout layout of the input, where the format leaves a choice
     * @param chosen what else is chosen of what the format leaves
     * @param calibration photos to choose the scales of 8-bit numbers with, {@code [N,H,W,3]} scaled to [-1, 1], if these are
     *     chosen
     */
    Exporter exporter(Layout layout, Set<Choice> chosen, Optional<Tensor> calibration) {
        InputRange range = chosen.contains(Choice.PIXELS) ? InputRange.PIXELS : InputRange.SCALED;
        return switch (this) {
            case ONNX -> new OnnxExporter(layout, range, calibration);
            case SAFETENSORS -> new SafetensorsExporter();
            case KERAS -> new KerasExporter(range);
            case TFJS -> new TfjsExporter(range, chosen.contains(Choice.HALF));
            case DL4J -> new Dl4jExporter();
            case TEACHABLE_MACHINE -> new TeachableMachineExporter();
            case TFLITE -> new TfliteExporter(calibration);
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
