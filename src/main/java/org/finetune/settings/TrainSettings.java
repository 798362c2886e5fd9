package org.finetune.settings;

import java.nio.file.Path;
import org.finetune.backend.BackendType;
import org.finetune.data.Augment;
import org.finetune.engine.EngineType;

/**
 * Every setting of a training run, resolved from the command line, the configuration file and the defaults.
 *
 * @param data directory with a sub-directory per class, or with {@code train/} and {@code val/}; it becomes absolute, so
 *     that paths in the files of a run mean the same everywhere, also in a run that goes on from another directory
 * @param out run directory to create, or null for {@code runs/<data>-<n>}
 * @param classes expected number of classes, or null to take what is found
 * @param valSplit share of the images held out for validation, in (0, 1), where the data are not split already
 * @param maxBadFraction share of undecodable images above which the run fails, in [0, 1]
 * @param strict whether a single undecodable image fails the run
 * @param maxPixels most pixels of an image that is decoded
 * @param alpha width multiplier
 * @param size height and width of the network's input in pixels
 * @param weights {@code auto}, {@code imagenet}, {@code bundled} or the path of a Keras weights file
 * @param offline whether downloads are forbidden
 * @param unfreeze number of Keras layers, counted from the pooling back, that phase 2 trains; {@link #UNFREEZE_ALL}
 *     for all
 * @param headEpochs most epochs of phase 1
 * @param epochs most epochs of phase 2
 * @param headLr Adam learning rate of phase 1
 * @param lr Adam learning rate of phase 2
 * @param batchSize images per training step
 * @param dropout share of features dropped before the softmax layer, in [0, 1)
 * @param labelSmoothing share of each target spread evenly over all classes, in [0, 1)
 * @param classWeights how much an example of each class counts in training
 * @param patience epochs without a better validation loss after which a phase stops; 0 never stops early
 * @param augment augmentation of the training images
 * @param views augmented views kept of each training image, or 0 for the augmentation's own number
 * @param checkpointMinutes minutes of training after which a checkpoint is written within an epoch too; 0 for never
 * @param cache directory in which the activations of the frozen part outlive the run, or null to keep none
 * @param seed seed of everything random
 * @param engine how the network is executed
 * @param backend where the network is executed
 * @param threads threads to use, or 0 for all cores
 * @param report whether a report is written
 */
public record TrainSettings(
        Path data,
        Path out,
        Integer classes,
        double valSplit,
        double maxBadFraction,
        boolean strict,
        int maxPixels,
        double alpha,
        int size,
        String weights,
        boolean offline,
        int unfreeze,
        int headEpochs,
        int epochs,
        double headLr,
        double lr,
        int batchSize,
        double dropout,
        double labelSmoothing,
        ClassWeighting classWeights,
        int patience,
        Augment augment,
        int views,
        double checkpointMinutes,
        Path cache,
        long seed,
        EngineType engine,
        BackendType backend,
        int threads,
        boolean report) {

    /** Value of {@link #unfreeze} that stands for every layer. */
    public static final int UNFREEZE_ALL = Integer.MAX_VALUE;

    public TrainSettings {
        data = absolute(data);
    }

    private static Path absolute(Path path) {
        Path absolute = path.toAbsolutePath();
        for (Path name : absolute) {
            if (name.toString().equals("..")) {
                // Behind a link it leads elsewhere than to the name before it.
                return absolute;
            }
        }
        return absolute.normalize();
    }

    /** Number of threads to use: {@link #threads}, or one for each processor where that is 0. */
    public int threadCount() {
        return threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
    }

    /** How much an example of each class counts in training. */
    public enum ClassWeighting {
        /** All the same. */
        NONE,
        /** In inverse proportion to the number of images of its class. */
        AUTO
    }
}
