package org.finetune.model;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import org.deeplearning4j.util.ModelSerializer;

/** Stands for the classes by which serialized objects run code: deserializing it leaves a trace. */
final class Gadget implements Serializable {
    private static final long serialVersionUID = 1L;

    private static boolean hasRun;

    private void readObject(ObjectInputStream in) {
        hasRun = true;
    }

    static void reset() {
        hasRun = false;
    }

    /** Whether one was deserialized since the last reset. */
    static boolean hasRun() {
        return hasRun;
    }

    static byte[] serialized() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(new Gadget());
        }
        return bytes.toByteArray();
    }

    /** Whether Deeplearning4j's loader deserializes the object that a model file has. */
    static boolean runsInDeeplearning4j(byte[] file) throws IOException {
        reset();
        try {
            ModelSerializer.restoreComputationGraphAndNormalizer(new ByteArrayInputStream(file), false);
        } catch (ClassCastException e) {
            // It is no preprocessor, but by now it has run.
        }
        return hasRun;
    }
}
