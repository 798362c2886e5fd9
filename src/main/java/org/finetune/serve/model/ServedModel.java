package org.finetune.serve.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.function.Function;
import org.finetune.FinetuneException;
import org.finetune.inference.PhotoClassifier;
import org.finetune.inference.SavedRun;
import org.finetune.run.RunDirectory;

/**
 * A model under a name. When it is loaded again, requests that have begun end with the model that they began with, and new ones
 * get the new one.
 */
public final class ServedModel {
    private final String name;
    private final Path path;
    private final Function<Path, PhotoClassifier> loader;
    private Generation current;

    /**
     * Loads a model.
     *
     * @param name what it is called in requests
     * @param path the run directory or model file
     * @param loader reads the model at a path; the classifier that it returns is closed here
     * @throws FinetuneException if it cannot be loaded
     */
    public ServedModel(String name, Path path, Function<Path, PhotoClassifier> loader) {
        this.name = name;
        this.path = path;
        this.loader = loader;
        this.current = load(1);
    }

    /** A model that is in use until it is closed. */
    public static final class Lease implements AutoCloseable {
        private final Generation generation;

        private Lease(Generation generation) {
            this.generation = generation;
        }

        /** The classifier, which is not to be closed. */
        public PhotoClassifier classifier() {
            return generation.classifier;
        }

        /** How often the model was loaded, this time included. */
        public int version() {
            return generation.version;
        }

        @Override
        public void close() {
            generation.release();
        }
    }

    /** One state of the model file. */
    private static final class Generation {
        private final PhotoClassifier classifier;
        private final int version;
        private final String content;
        private int leases;

        Generation(PhotoClassifier classifier, int version, String content) {
            this.classifier = classifier;
            this.version = version;
            this.content = content;
        }

        synchronized Lease lease() {
            leases++;
            return new Lease(this);
        }

        synchronized void release() {
            leases--;
            notifyAll();
        }

        void closeWhenFree() throws InterruptedException {
            synchronized (this) {
                while (leases > 0) {
                    wait();
                }
            }
            classifier.close();
        }
    }

    private Generation load(int version) {
        String content = content();
        return new Generation(loader.apply(path), version, content);
    }

    public String name() {
        return name;
    }

    /** The model as it is now. */
    public synchronized Lease lease() {
        return current.lease();
    }

    /** Whether the model file is another one than that which was loaded. While it is absent, it is not. */
    public boolean hasChanged() {
        String content = content();
        synchronized (this) {
            return !content.isEmpty() && !content.equals(current.content);
        }
    }

    /**
     * Loads the model again, and returns when nothing uses the one before any more. If that fails, the model stays as it is.
     *
     * @throws FinetuneException if it cannot be loaded
     */
    public void reload() throws InterruptedException {
        Generation before;
        synchronized (this) {
            before = current;
        }
        Generation next = load(before.version + 1);
        synchronized (this) {
            current = next;
        }
        before.closeWhenFree();
    }

    /**
     * What tells one model file, and what the run knows of its training photos, from another without reading them; "" if there
     * is no model file.
     */
    public String content() {
        String model = content(new SavedRun(path).modelFile());
        return model.isEmpty() ? "" : model + " " + content(new RunDirectory(SavedRun.directoryOf(path)).features());
    }

    private static String content(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return attributes.size() + " " + attributes.lastModifiedTime() + " "
                    + Objects.toString(attributes.fileKey(), "");
        } catch (IOException e) {
            return "";
        }
    }
}
