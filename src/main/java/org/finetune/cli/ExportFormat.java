package org.finetune.cli;

import java.util.Locale;
import org.finetune.export.Exporter;
import org.finetune.export.keras.KerasExporter;
import org.finetune.export.keras.TfjsExporter;
import org.finetune.export.onnx.Layout;
import org.finetune.export.onnx.OnnxExporter;
import org.finetune.export.pytorch.SafetensorsExporter;

/** A format that {@code finetune export} writes. */
enum ExportFormat {
    ONNX,
    SAFETENSORS,
    KERAS,
    TFJS;

    /**
     * The exporter of the format.
     *
     * @param layout layout of the input, where the format leaves a choice
     * @param pixels whether the network is to take values from 0 to 255, where the format leaves a choice
     */
    Exporter exporter(Layout layout, boolean pixels) {
        return switch (this) {
            case ONNX -> new OnnxExporter(layout, pixels);
            case SAFETENSORS -> new SafetensorsExporter();
            case KERAS -> new KerasExporter();
            case TFJS -> new TfjsExporter();
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
