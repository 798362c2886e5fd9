package org.finetune.data.decode.process;

import static org.bytedeco.opencv.global.opencv_core.setNumThreads;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import org.finetune.backend.natives.NativeLibraries;

/**
 * What the decoder's process runs. It decodes what standard input asks for, each file in a thread, and ends when standard input
 * ends, which is also when the process that asks ends in whatever way.
 */
public final class DecoderMain {
    /** Slot and file: the file is opened and deleted. */
    static final byte OPEN = 0;
    /** Slot. */
    static final byte CLOSE = 1;
    /**
     * Slot, bytes of the file, and the other components of a {@link DecodingTask}; answered by the slot and the {@link Outcome}'s
     * ordinal number. The system's TurboJPEG or OpenCV decodes the file.
     */
    static final byte DECODE = 2;
    /** The same, where libheif decodes it. */
    static final byte DECODE_HEIF = 3;

    private final Map<Integer, FileChannel> files = new ConcurrentHashMap<>();
    private final Map<Integer, ByteBuffer> slots = new ConcurrentHashMap<>();
    private final Executor threads = Executors.newCachedThreadPool();
    private final PixelDecoder openCv = new OpenCvDecoder();
    /** Looked for while the first request is awaited. */
    private final CompletableFuture<Optional<TurboJpegLibrary>> turboJpeg =
            CompletableFuture.supplyAsync(TurboJpegLibrary::find, threads);

    private final DataOutputStream answers;

    private DecoderMain(DataOutputStream answers) {
        this.answers = answers;
    }

    /** Serves until standard input ends. */
    public static void main(String[] arguments) {
        int exitCode = 1;
        try (DataInputStream requests = new DataInputStream(new BufferedInputStream(System.in));
                DataOutputStream answers =
                        new DataOutputStream(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)))) {
            System.setOut(System.err);
            NativeLibraries.loadOpenCv();
            setNumThreads(0);
            answers.writeByte(0);
            answers.flush();
            new DecoderMain(answers).serve(requests);
        } catch (IOException e) {
            // Nobody is there any more.
            exitCode = 0;
        } finally {
            Runtime.getRuntime().halt(exitCode);
        }
    }

    /** The file from which a class was loaded. */
    static Path jar(Class<?> type) {
        return Path.of(URI.create(
                type.getProtectionDomain().getCodeSource().getLocation().toString()));
    }

    private void serve(DataInputStream requests) throws IOException {
        while (true) {
            byte request = requests.readByte();
            int slot = requests.readInt();
            switch (request) {
                case OPEN -> open(slot, Path.of(requests.readUTF()));
                case CLOSE -> close(slot);
                case DECODE, DECODE_HEIF -> {
                    int length = requests.readInt();
                    DecodingTask task =
                            new DecodingTask(request, requests.readInt(), requests.readInt(), requests.readInt());
                    threads.execute(() -> answer(slot, length, task));
                }
                default -> throw new IllegalArgumentException("request " + request);
            }
        }
    }

    private void open(int slot, Path file) {
        try {
            files.put(slot, FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE));
            Files.delete(file);
        } catch (IOException e) {
            // The other process had no room for it, and has deleted the file.
        }
    }

    private void close(int slot) throws IOException {
        slots.remove(slot);
        FileChannel file = files.remove(slot);
        if (file != null) {
            file.close();
        }
    }

    /** Maps a slot when it is first used: by then it has its size. */
    private ByteBuffer map(int slot) {
        try (FileChannel file = files.remove(slot)) {
            return file.map(MapMode.READ_WRITE, 0, file.size());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void answer(int slot, int length, DecodingTask task) {
        try {
            ByteBuffer memory = slots.computeIfAbsent(slot, this::map);
            Outcome outcome =
                    task.request() == DECODE ? decode(memory, length, task) : decodeHeif(memory, length, task);
            synchronized (answers) {
                answers.writeInt(slot);
                answers.writeByte(outcome.ordinal());
                answers.flush();
            }
        } catch (Throwable e) {
            // Without an answer the other process would wait for ever.
            Runtime.getRuntime().halt(1);
        }
    }

    /** Decodes the file behind the pixels to 8-bit BGR. */
    private Outcome decode(ByteBuffer memory, int length, DecodingTask task) {
        ByteBuffer file = memory.slice((int) task.bytes(), length);
        return isJpeg(file)
                                && turboJpeg
                                        .join()
                                        .filter(library -> decodes(library, file, task, memory))
                                        .isPresent()
                        || decodes(openCv, file, task, memory)
                ? Outcome.DECODED
                : Outcome.DAMAGED;
    }

    private static boolean isJpeg(ByteBuffer file) {
        return file.get(0) == (byte) 0xff;
    }

    private static boolean decodes(PixelDecoder decoder, ByteBuffer file, DecodingTask task, ByteBuffer pixels) {
        return decoder.decode(file, task.parameter(), task.width(), task.height(), pixels);
    }

    /** Decodes the file behind the pixels to 8-bit RGBA. */
    private static Outcome decodeHeif(ByteBuffer memory, int length, DecodingTask task) {
        Optional<HeifLibrary> library = HeifLibrary.find();
        if (library.isEmpty()) {
            return Outcome.NO_LIBRARY;
        }
        if (!library.get().has(task.codec())) {
            return Outcome.NO_CODEC;
        }
        ByteBuffer file = memory.slice((int) task.bytes(), length);
        return library.get().decode(file, task.width(), task.height(), memory) ? Outcome.DECODED : Outcome.DAMAGED;
    }
}
