package org.finetune.weights;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
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
     * @param listener is told how a download goes
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
                KerasWeightsFile read = KerasWeightsFile.read(file, architecture);
                boolean bundled = read.sha256().equals(BundledWeights.SHA256);
                yield resolved(read, file, bundled ? BundledWeights.DESCRIPTION : "the file", "");
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
            if (setting.equals(IMAGENET) || architecture.alpha() != BundledWeights.ALPHA) {
                throw missing(architecture, e);
            }
            return bundled(architecture, bundledWarning(architecture, e));
        }
    }

    private KerasWeightsFile download(Path file, Architecture architecture) throws DownloadException {
        if (offline) {
            throw new DownloadException("--offline forbids it");
        }
        return download.download(file, architecture);
    }

    private ResolvedWeights bundled(Architecture architecture, String warning) {
        if (architecture.alpha() != BundledWeights.ALPHA) {
            throw new FinetuneException(
                    ExitCode.MODEL,
                    String.format(
                            "The bundled weights are for alpha %s only, not %s; use --alpha %s, or --weights "
                                    + "auto with network access or with %s in %s.",
                            BundledWeights.ALPHA,
                            architecture.alpha(),
                            BundledWeights.ALPHA,
                            OfficialWeights.fileName(architecture),
                            places()));
        }
        Path file = directories.models().resolve(BundledWeights.FILE);
        KerasWeightsFile read = KerasWeightsFile.read(file, architecture);
        return resolved(read, file, BundledWeights.DESCRIPTION, warning);
    }

    private static ResolvedWeights resolved(KerasWeightsFile read, Path file, String what, String warning) {
        return new ResolvedWeights(read.weights(), what + " (" + file + ")", file, read.sha256(), warning);
    }

    private String bundledWarning(Architecture architecture, DownloadException e) {
        return String.format(
                "Could not download the official weights (%s). Using the bundled weights, which give noticeably "
                        + "lower accuracy (top-1 of a linear classifier on flowers: 0.72, against 0.88 with the "
                        + "official weights of the smaller alpha 0.35). %sTo get the official ones, run '%s' "
                        + "with network access, or put %s from %s into %s.",
                e.getMessage(),
                atHand(architecture)
                        .map(alpha -> "Better use " + alpha + ", whose official weights are available. ")
                        .orElse(""),
                OfficialWeights.command(architecture),
                OfficialWeights.fileName(architecture),
                OfficialWeights.LOCATION,
                places());
    }

    /** The options for the network nearest to this one, or smaller, whose official weights are here. */
    private Optional<String> atHand(Architecture wanted) {
        return StoredWeights.in(directories).stream()
                .filter(StoredWeights::official)
                .map(stored -> stored.architecture().orElseThrow())
                .min(Comparator.comparingDouble((Architecture stored) -> Math.abs(stored.alpha() - wanted.alpha()))
                        .thenComparing(stored -> Math.abs(stored.size() - wanted.size())))
                .map(stored -> "--alpha " + stored.alpha()
                        + (OfficialWeights.fileName(Architecture.of(stored.alpha(), wanted.size()))
                                        .equals(OfficialWeights.fileName(stored))
                                ? ""
                                : " --size " + stored.size()));
    }

    private FinetuneException missing(Architecture architecture, DownloadException e) {
        String name = OfficialWeights.fileName(architecture);
        String lastRemedy = atHand(architecture)
                .map(alpha -> "use " + alpha + ", whose official weights are available")
                .orElse(
                        architecture.alpha() == BundledWeights.ALPHA
                                ? "allow the bundled weights with --weights auto"
                                : "use --alpha " + BundledWeights.ALPHA
                                        + " and --weights auto, for which weights are bundled");
        return new FinetuneException(
                ExitCode.MODEL,
                String.format(
                        "The weights %s are not in %s, and cannot be downloaded (%s); run '%s' with network "
                                + "access, put the file from %s into one of them, give another with --weights "
                                + "FILE, or %s.",
                        name,
                        places(),
                        e.getMessage(),
                        OfficialWeights.command(architecture),
                        OfficialWeights.LOCATION,
                        lastRemedy),
                e);
    }

    private String places() {
        List<Path> inOrder = directories.inOrder();
        return inOrder.get(0) + " or " + inOrder.get(1);
    }
}
