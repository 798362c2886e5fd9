package org.finetune.weights;

import java.nio.file.Path;
import org.finetune.model.Architecture;

public final class WeightsResolver {
    private final String setting;

    public WeightsResolver(String setting) {
        this.setting = setting;
    }

    public ResolvedWeights resolve(Architecture architecture) {
        Path file = setting.equals("auto") || setting.equals("bundled")
                ? Path.of("/work/wt/weights/models/mobilenet_v2_nsfwjs_1.0_224_no_top.h5")
                : Path.of(setting);
        KerasWeightsFile read = KerasWeightsFile.read(file, architecture);
        return new ResolvedWeights(read.weights(), file.toString(), file, read.sha256(), "");
    }
}
