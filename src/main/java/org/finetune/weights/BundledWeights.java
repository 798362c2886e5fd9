package org.finetune.weights;

import org.finetune.model.Architecture;

/** The weights that come with the program, for where the official ones cannot be had. */
public final class BundledWeights {
    static final String FILE = "mobilenet_v2_nsfwjs_1.0_224_no_top.h5";
    static final double ALPHA = 1.0;
    static final String SHA256 = "d34f55ffe9e1c6e991032bd960f7c26fa0fbcbdf728d619a8b2b5040a4294ca4";
    static final String DESCRIPTION = "bundled weights, which give lower accuracy than the official ones";

    private BundledWeights() {}

    /** What to know about a model that was trained from some weights, in a sentence, or "" if they are not the bundled ones. */
    public static String caution(ResolvedWeights weights, Architecture architecture) {
        return weights.sha256().equals(SHA256)
                ? "It was trained from the bundled weights, which give noticeably lower accuracy than the "
                        + "official ones: get those with '" + OfficialWeights.command(architecture)
                        + "' and train again."
                : "";
    }
}
