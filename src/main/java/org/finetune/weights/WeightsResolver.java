package org.finetune.weights;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.model.Architecture;

/**
 * Finds the pretrained weights for a network: a file that the user names, else Keras's official ImageNet weights in the
 * installation's {@code models/}, in the user's cache directory or downloaded to there, else, with a warning, the bundled
 * weights.
 */
public final class WeightsResolver {
    private static final String AUTO = "auto";
    private static final String IMAGENET = "imagenet";
    private static final String BUNDLED = "bundled";

    private static final String BUNDLED_FILE = "mobilenet_v2_nsfwjs_1.0_224_no_top.h5";
    private static final double BUNDLED_ALPHA = 1.0;

    private final String setting;
    private final boolean offline;
    private final WeightsDirectories directories;
    private final WeightsDownload download;

    /**
     * Prepares to find weights.
     *
     * @param setting {@code auto}; {@code imagenet}, to go without the bundled weights; {@code bundled}, to choose them;
     *     or the path of a Keras weights file
     * @param offline whether downloads are forbidden
     * @param listener hears how a download goes
     */
    public WeightsResolver(String setting, boolean offline, DownloadListener listener) {
        this(setting, offline, WeightsDirectories.ofInstallation(), WeightsDownload.official(listener));
    }

    WeightsResolver(String setting, boolean offline, WeightsDirectories directories, WeightsDownload download) {
        this.setting = setting;
        this.offline = offline;
        this.directories = directories;
        this.download = download;
    }

    /**
     * Finds and reads weights.
     *
     * @throws FinetuneException with {@link ExitCode#MODEL} if there are none, or the file found cannot be used
     */
    public ResolvedWeights resolve(Architecture architecture) {
        return switch (setting) {
            case AUTO, IMAGENET -> official(architecture);
            case BUNDLED -> bundled(architecture, "");
            default -> {
                Path file = Path.of(setting);
                yield resolved(KerasWeightsFile.read(file, architecture), file, "the file", "");
            }
        };
    }

    private ResolvedWeights official(Architecture architecture) {
        String name = OfficialWeights.fileName(architecture);
        for (Path directory : directories.inOrder()) {
            Path file = directory.resolve(name);
            if (Files.exists(file)) {
                KerasWeightsFile read = KerasWeightsFile.read(file, architecture);
                DigestFile.check(file, read.sha256());
                return resolved(read, file, "official Keras ImageNet weights", "");
            }
        }
        try {
            Path file = directories.cache().resolve(name);
            return resolved(download(file, architecture), file, "official Keras ImageNet weights, downloaded", "");
        } catch (DownloadException e) {
            if (setting.equals(IMAGENET) || architecture.alpha() != BUNDLED_ALPHA) {
                throw missing(architecture, e);
            }
            return bundled(architecture, bundledWarning(name, e));
        }
    }

    private KerasWeightsFile download(Path file, Architecture architecture) throws DownloadException {
        if (offline) {
            throw new DownloadException("--offline forbids it");
        }
        return download.download(file, architecture);
    }

    private ResolvedWeights bundled(Architecture architecture, String warning) {
        if (architecture.alpha() != BUNDLED_ALPHA) {
            throw new FinetuneException(
                    ExitCode.MODEL,
                    String.format(
                            "The bundled weights are for alpha %s only, not %s; use --alpha %s, or --weights auto with a"
                                    + " network or with %s in %s.",
                            BUNDLED_ALPHA,
                            architecture.alpha(),
                            BUNDLED_ALPHA,
                            OfficialWeights.fileName(architecture),
                            places()));
        }
        Path file = directories.models().resolve(BUNDLED_FILE);
        KerasWeightsFile read = KerasWeightsFile.read(file, architecture);
        return resolved(read, file, "bundled weights, which transfer worse than the official ones", warning);
    }

    private static ResolvedWeights resolved(KerasWeightsFile read, Path file, String what, String warning) {
        return new ResolvedWeights(read.weights(), what + " (" + file + ")", file, read.sha256(), warning);
    }

    private String bundledWarning(String name, DownloadException e) {
        return String.format(
                "The official weights cannot be downloaded (%s), so the bundled ones are used, which transfer clearly"
                        + " worse (a linear classifier on flowers: top-1 0.72, with the official weights of the smaller"
                        + " alpha 0.35 0.88); to get the official ones, run with a network, or put %s from %s into %s.",
                e.getMessage(), name, OfficialWeights.LOCATION, places());
    }

    private FinetuneException missing(Architecture architecture, DownloadException e) {
        String name = OfficialWeights.fileName(architecture);
        String lastRemedy = architecture.alpha() == BUNDLED_ALPHA
                ? "allow the bundled weights with --weights auto"
                : "use --alpha " + BUNDLED_ALPHA + " and --weights auto, for which weights are bundled";
        return new FinetuneException(
                ExitCode.MODEL,
                String.format(
                        "The weights %s are not in %s, and cannot be downloaded (%s); put the file from %s into one of"
                                + " them, name another with --weights FILE, or %s.",
                        name, places(), e.getMessage(), OfficialWeights.LOCATION, lastRemedy),
                e);
    }

    private String places() {
        List<Path> inOrder = directories.inOrder();
        return inOrder.get(0) + " or " + inOrder.get(1);
    }
}
