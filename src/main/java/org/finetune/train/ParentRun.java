package org.finetune.train;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.finetune.ExitCode;
import org.finetune.FailureReason;
import org.finetune.FinetuneException;
import org.finetune.data.ContentHashes;
import org.finetune.data.LabeledPhoto;
import org.finetune.hash.Sha256;
import org.finetune.model.Architecture;
import org.finetune.model.FreezeBoundary;
import org.finetune.model.ModelFile;
import org.finetune.model.SavedModel;
import org.finetune.model.Tensor;
import org.finetune.model.Weights;
import org.finetune.run.AtomicFile;
import org.finetune.run.PlainFiles;
import org.finetune.run.RunDirectory;
import org.finetune.run.files.ImageList;
import org.finetune.run.files.ImageList.Image;
import org.finetune.weights.ResolvedWeights;

/**
 * An earlier run whose network another run begins with.
 *
 * @param named its directory or model file, as the user has named it
 * @param file its model file, or a copy of that
 * @param sha256 SHA-256 of the file, in hexadecimal
 * @param model what is in it
 * @param trainedOn SHA-256 of the photos that it was trained on; empty if that is not known
 */
public record ParentRun(Path named, Path file, String sha256, SavedModel model, Optional<Set<String>> trainedOn) {
    /**
     * A run whose model was read.
     *
     * @param named as the user has named it
     * @param file the model file, beside which the list of its photos is looked for
     * @param model what is in it
     * @throws FinetuneException with {@link ExitCode#MODEL} if the file is gone, with {@link ExitCode#DATA} if the list cannot be
     *     read
     */
    public static ParentRun of(Path named, Path file, SavedModel model) {
        return new ParentRun(named, file, sha256(file), model, trainedOn(file));
    }

    /**
     * Reads what the run that begins with it has kept of it, or the model itself where that is gone.
     *
     * @param named as the user has named it
     * @param file the model file
     * @param child the directory of the run that begins with it
     * @throws FinetuneException with {@link ExitCode#MODEL} if neither can be used
     */
    public static ParentRun kept(Path named, Path file, RunDirectory child) {
        Path kept = PlainFiles.exists(child.parent()) ? child.parent() : file;
        if (!Files.exists(kept)) {
            throw new FinetuneException(
                    ExitCode.MODEL,
                    "The model that the run started from, '" + file + "', is gone, and so is its copy '"
                            + child.parent() + "'; restore one of them, or start a new run.");
        }
        return new ParentRun(named, kept, sha256(kept), ModelFile.read(kept), Optional.empty());
    }

    private static String sha256(Path file) {
        try (InputStream in = PlainFiles.read(file)) {
            return Sha256.of(in.readAllBytes());
        } catch (IOException e) {
            throw new FinetuneException(
                    ExitCode.MODEL,
                    "Cannot read the model '" + file + "': " + FailureReason.of(e) + "; name a finished run.",
                    e);
        }
    }

    private static Optional<Set<String>> trainedOn(Path file) {
        Path images = new RunDirectory(file.toAbsolutePath().getParent()).images();
        if (!Files.exists(images, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        return Optional.of(ImageList.read(images).images().stream()
                .filter(image -> image.set().equals(ImageList.TRAINING))
                .map(Image::sha256)
                .filter(Objects::nonNull)
                .filter(hash -> !hash.isEmpty())
                .collect(Collectors.toSet()));
    }

    /** Its parameters, those of the head included. */
    ResolvedWeights weights() {
        return new ResolvedWeights(
                model.weights(), "the network of the run '" + named + "' (" + file + ")", file, sha256, "");
    }

    /**
     * Copies the model file, so that a run can be resumed when this one is gone.
     *
     * @throws FinetuneException with {@link ExitCode#DATA} if that is not possible, or the file has changed since it was read
     */
    void copyTo(Path copy) {
        AtomicFile.write(copy, out -> {
            try (InputStream in = PlainFiles.read(file)) {
                in.transferTo(out);
            }
        });
        if (!sha256(copy).equals(sha256)) {
            throw new FinetuneException(ExitCode.DATA, "'" + file + "' changed while it was being read; run again.");
        }
    }

    /** What it has trained of the base. */
    FreezeBoundary boundary() {
        return new FreezeBoundary(model.architecture(), model.unfreeze());
    }

    /** The labels of those classes of a run that this one knows, by name. */
    Set<Integer> known(List<String> classes) {
        return IntStream.range(0, classes.size())
                .filter(label -> model.classes().contains(classes.get(label)))
                .boxed()
                .collect(Collectors.toSet());
    }

    /**
     * A head whose parameters of the classes that are known are those of this run's head.
     *
     * @param head with those of new classes
     */
    Weights head(Weights head, List<String> classes) {
        Tensor kernel = head.get(Architecture.PREDICTIONS, "kernel").copy();
        Tensor bias = head.get(Architecture.PREDICTIONS, "bias").copy();
        float[] knownKernel =
                model.weights().get(Architecture.PREDICTIONS, "kernel").values();
        float[] knownBias =
                model.weights().get(Architecture.PREDICTIONS, "bias").values();
        for (int label : known(classes)) {
            int own = model.classes().indexOf(classes.get(label));
            for (int f = 0; f < model.architecture().features(); f++) {
                kernel.values()[f * classes.size() + label] = knownKernel[f * knownBias.length + own];
            }
            bias.values()[label] = knownBias[own];
        }
        Weights known = new Weights();
        known.put(Architecture.PREDICTIONS, "kernel", kernel);
        known.put(Architecture.PREDICTIONS, "bias", bias);
        return known;
    }

    /** Number of photos that this run was trained on, if that is known. */
    Optional<Long> trainedOn(List<LabeledPhoto> photos) {
        return trainedOn.map(contents -> ContentHashes.of(
                        photos.stream().map(LabeledPhoto::photo).toList())
                .stream()
                .filter(contents::contains)
                .count());
    }

    /** How the classes of a run relate to those that this one knows, in a sentence. */
    String classes(List<String> wanted) {
        Set<String> added = new TreeSet<>(wanted);
        added.removeAll(model.classes());
        Set<String> gone = new TreeSet<>(model.classes());
        gone.removeAll(wanted);
        if (added.isEmpty() && gone.isEmpty()) {
            return "Classes: the same as the parent's";
        }
        return "Classes: " + (wanted.size() - added.size()) + " known to the parent"
                + (added.isEmpty() ? "" : "; new: " + String.join(", ", added))
                + (gone.isEmpty() ? "" : "; dropped: " + String.join(", ", gone));
    }
}
