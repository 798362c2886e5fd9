package org.finetune.data.decode.process;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC;

import com.sun.jna.NativeLibrary;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.opencv.opencv_core.Mat;
import org.finetune.backend.natives.NativeLibraries;
import org.slf4j.LoggerFactory;

/**
 * A process that runs {@link DecoderMain}, until it ends. Requests go to its standard input, answers come from its standard output.
 * Several threads may use it, each with a {@link Slot} of its own.
 */
final class DecoderProcess implements AutoCloseable {
    /** Slots of more bytes are not kept. */
    private static final int LARGEST_KEPT = 64 << 20;

    private static final int SMALLEST = 1 << 20;

    /** Signals from the terminal are for this process, which may want to finish something with the other's help. */
    private static final String IGNORING_SIGNALS = "ulimit -c 0; trap '' HUP INT TERM; exec \"$@\"";

    private final List<Path> directories;
    private final Duration timeLimit;
    private final Process process;
    private final DataOutputStream requests;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final Map<Integer, CompletableFuture<Outcome>> answers = new HashMap<>();
    private final Deque<Slot> free = new ArrayDeque<>();
    private int slots;
    private DecoderDeathException death;

    private DecoderProcess(Process process, List<Path> directories, Duration timeLimit) {
        this.process = process;
        this.directories = directories;
        this.timeLimit = timeLimit;
        this.requests = new DataOutputStream(process.getOutputStream());
    }

    static DecoderProcess start(List<Path> directories, Duration timeLimit) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command()).redirectError(ProcessBuilder.Redirect.DISCARD);
        // Options for Java that are meant for this process, such as those of a debugger.
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"));
        // What the launcher sets for ND4J would keep the memory of large photos.
        builder.environment().keySet().removeIf(name -> name.startsWith("MALLOC_"));
        builder.environment().put("OPENBLAS_NUM_THREADS", "1");
        DecoderProcess started = new DecoderProcess(builder.start(), directories, timeLimit);
        Thread thread = new Thread(started::listen, "native-decoder");
        thread.setDaemon(true);
        thread.start();
        Slot.deleteForgotten(directories);
        return started;
    }

    private static List<String> command() {
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", IGNORING_SIGNALS, "sh"));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData"));
        command.addAll(List.of("-XX:+SuppressFatalErrorMessage", "-XX:+DisplayVMOutputToStderr"));
        command.add("-Djdk.serialFilter=!*");
        command.addAll(NativeLibraries.javaOptions());
        // Images may be larger than what JavaCPP allows by default, the size of Java's heap.
        command.addAll(List.of("-Dorg.bytedeco.javacpp.maxbytes=0", "-Dorg.bytedeco.javacpp.maxphysicalbytes=0"));
        // First the jars that it really needs, so that it need not search the others.
        command.addAll(List.of(
                "-cp",
                String.join(
                        File.pathSeparator,
                        DecoderMain.jar(Loader.class).toString(),
                        DecoderMain.jar(Mat.class).toString(),
                        DecoderMain.jar(NativeLibrary.class).toString(),
                        System.getProperty("java.class.path"))));
        command.add(DecoderMain.class.getName());
        return command;
    }

    long pid() {
        return process.pid();
    }

    synchronized boolean hasEnded() {
        return death != null;
    }

    void awaitReady() throws DecoderDeathException {
        await(ready);
    }

    /** Number of files that are being decoded. */
    synchronized int inProgress() {
        return answers.size();
    }

    /**
     * Decodes a file. The caller closes the result.
     *
     * @throws DecoderDeathException if the process ends before it has decoded the file, or takes too long and is therefore killed
     * @throws MissingLibraryException if the system lacks the library for such files
     * @throws IOException if the file is damaged or of another size
     */
    Mat decode(byte[] file, DecodingTask task) throws IOException, DecoderDeathException {
        long pixels = task.bytes();
        if (pixels + file.length > Integer.MAX_VALUE) {
            throw new IOException("more pixels than can be decoded");
        }
        // Only then can it delete the slot's file, which would be left behind if both processes were killed before.
        awaitReady();
        Slot slot = take((int) pixels + file.length);
        Outcome outcome = Outcome.DAMAGED;
        try {
            slot.put((int) pixels, file);
            outcome = awaitInTime(request(slot.id(), file.length, task));
        } finally {
            if (outcome != Outcome.DECODED) {
                giveBack(slot);
            }
        }
        return switch (outcome) {
            case DECODED -> new SharedMat(
                    task.height(), task.width(), CV_8UC(task.channels()), slot.pointer(), () -> giveBack(slot));
            case DAMAGED -> throw new IOException("damaged, or of another size than its header says");
            case NO_LIBRARY -> throw new MissingLibraryException(HeifLibrary.PACKAGE);
            case NO_CODEC -> throw new MissingLibraryException(task.codec().packageName());
        };
    }

    private synchronized CompletableFuture<Outcome> request(int slot, int length, DecodingTask task) {
        if (death != null) {
            return CompletableFuture.failedFuture(death);
        }
        CompletableFuture<Outcome> answer = new CompletableFuture<>();
        answers.put(slot, answer);
        send(() -> {
            requests.writeByte(task.request());
            for (int value : new int[] {slot, length, task.parameter(), task.width(), task.height()}) {
                requests.writeInt(value);
            }
        });
        return answer;
    }

    private static <T> T await(CompletableFuture<T> future) throws DecoderDeathException {
        try {
            return future.join();
        } catch (CompletionException e) {
            throw (DecoderDeathException) e.getCause();
        }
    }

    private Outcome awaitInTime(CompletableFuture<Outcome> answer) throws DecoderDeathException {
        // Another future than the answer's, which the process may still give.
        boolean inTime = answer.handle((outcome, death) -> true)
                .completeOnTimeout(false, timeLimit.toNanos(), TimeUnit.NANOSECONDS)
                .join();
        if (inTime) {
            return await(answer);
        }
        process.destroyForcibly();
        try {
            return await(answer);
        } catch (DecoderDeathException e) {
            throw new DecoderDeathException(e);
        }
    }

    private interface Message {
        void write() throws IOException;
    }

    private synchronized void send(Message message) {
        try {
            message.write();
            requests.flush();
        } catch (IOException e) {
            // The process has ended, which the other thread notices too.
        }
    }

    private Slot take(int bytes) {
        Slot slot;
        int id;
        synchronized (this) {
            slot = free.poll();
            id = slots++;
        }
        if (slot != null && slot.bytes() >= bytes) {
            return slot;
        }
        if (slot != null) {
            discard(slot);
        }
        int capacity = bytes > LARGEST_KEPT ? bytes : Math.max(SMALLEST, Integer.highestOneBit(2 * bytes - 1));
        return Slot.create(
                id,
                capacity,
                directories,
                (number, path) -> send(() -> {
                    requests.writeByte(DecoderMain.OPEN);
                    requests.writeInt(number);
                    requests.writeUTF(path.toString());
                }));
    }

    private void giveBack(Slot slot) {
        synchronized (this) {
            if (death == null && slot.bytes() <= LARGEST_KEPT) {
                free.push(slot);
                return;
            }
        }
        discard(slot);
    }

    private void discard(Slot slot) {
        send(() -> {
            requests.writeByte(DecoderMain.CLOSE);
            requests.writeInt(slot.id());
        });
        slot.close();
    }

    /** Passes answers on until the process ends. */
    private void listen() {
        try (DataInputStream in = new DataInputStream(process.getInputStream())) {
            in.readByte();
            ready.complete(null);
            while (true) {
                int slot = in.readInt();
                Outcome outcome = Outcome.values()[in.readByte()];
                CompletableFuture<Outcome> answer;
                synchronized (this) {
                    answer = answers.remove(slot);
                }
                answer.complete(outcome);
            }
        } catch (IOException | RuntimeException e) {
            // It has ended, or its memory is so damaged that it writes anything.
            process.destroyForcibly();
            end();
        }
    }

    private void end() {
        int exitCode = process.onExit().join().exitValue();
        DecoderDeathException end = new DecoderDeathException(ready.isDone(), exitCode);
        List<CompletableFuture<Outcome>> unanswered;
        synchronized (this) {
            death = end;
            unanswered = List.copyOf(answers.values());
            answers.clear();
            free.forEach(Slot::close);
            free.clear();
        }
        LoggerFactory.getLogger(DecoderProcess.class).info("The decoder's process {}", end.getMessage());
        ready.completeExceptionally(end);
        unanswered.forEach(answer -> answer.completeExceptionally(end));
    }

    /** Ends the process by closing its standard input, as the system does when this process ends. */
    @Override
    public void close() {
        try {
            requests.close();
        } catch (IOException e) {
            // It has ended.
        }
    }
}
