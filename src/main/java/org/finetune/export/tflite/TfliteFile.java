package org.finetune.export.tflite;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipOutputStream;
import org.finetune.export.ReproducibleZip;

/** Files of TensorFlow Lite with labels: a zip that holds them follows the model, and states its places from the file's begin. */
final class TfliteFile {
    /** Bytes of the record that ends a zip. */
    private static final int END_BYTES = 22;
    /** Where that record has the place of the directory. */
    private static final int DIRECTORY_PLACE = 16;
    /** Where an entry of the directory has the place of its file. */
    private static final int ENTRY_PLACE = 42;

    private TfliteFile() {}

    /** Writes a model, and the labels as a file of the zip. */
    static void write(Path file, byte[] model, String name, List<String> labels) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            out.write(model);
            out.write(zip(model.length, name, String.join("\n", labels).getBytes(StandardCharsets.UTF_8)));
        }
    }

    /** A zip of one file, to stand behind so many bytes. */
    private static byte[] zip(int before, String name, byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            ReproducibleZip.store(zip, name, content);
        }
        ByteBuffer zip = ByteBuffer.wrap(bytes.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
        int end = zip.capacity() - END_BYTES;
        int directory = zip.getInt(end + DIRECTORY_PLACE);
        zip.putInt(end + DIRECTORY_PLACE, directory + before);
        zip.putInt(directory + ENTRY_PLACE, before);
        return zip.array();
    }
}
