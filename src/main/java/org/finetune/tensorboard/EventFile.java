package org.finetune.tensorboard;

import com.google.protobuf.MessageLite;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import org.finetune.run.PlainFiles;
import org.finetune.tensorboard.EventProto.Event;
import org.finetune.tensorboard.EventProto.SessionLog;
import org.finetune.tensorboard.EventProto.SessionLog.SessionStatus;
import org.finetune.tensorboard.EventProto.Summary;

/**
 * A file of events that TensorBoard shows while it grows. It is open only while something is written to it, and then
 * whole records at a time, so that whoever reads along sees everything.
 */
public final class EventFile {
    private static final String VERSION = "brain.Event:2";

    private final Path file;
    private final Clock clock;

    private EventFile(Path file, Clock clock) {
        this.file = file;
        this.clock = clock;
    }

    /**
     * Begins a file. TensorBoard reads the files of a directory in the order of their names, which this one gives the time.
     *
     * @param directory the directory of the curves, which is created if need be
     * @param firstStep what other files in the directory have from this step on is void for TensorBoard
     * @throws IOException if it cannot be written
     */
    public static EventFile create(Path directory, long firstStep, Clock clock) throws IOException {
        PlainFiles.createDirectory(directory);
        EventFile events = new EventFile(newFile(directory, clock.instant().getEpochSecond()), clock);
        SessionLog start =
                SessionLog.newBuilder().setStatus(SessionStatus.START).build();
        events.append(
                events.event(0).setFileVersion(VERSION).build(),
                events.event(firstStep).setSessionLog(start).build());
        return events;
    }

    private static Path newFile(Path directory, long seconds) throws IOException {
        for (long time = seconds; ; time++) {
            try {
                return Files.createFile(directory.resolve(String.format("events.out.tfevents.%010d.finetune", time)));
            } catch (FileAlreadyExistsException e) {
                // Two within a second: the later one keeps the later name.
            }
        }
    }

    /**
     * Adds a point to some curves.
     *
     * @param step where on the horizontal axis
     * @param values by the curves' names; a name before a slash groups curves
     * @throws IOException if it cannot be written
     */
    public void scalars(long step, Map<String, Double> values) throws IOException {
        Summary.Builder summary = Summary.newBuilder();
        values.forEach((tag, value) ->
                summary.addValue(Summary.Value.newBuilder().setTag(tag).setSimpleValue(value.floatValue())));
        append(event(step).setSummary(summary).build());
    }

    private Event.Builder event(long step) {
        Instant now = clock.instant();
        return Event.newBuilder()
                .setWallTime(now.getEpochSecond() + now.getNano() / 1e9)
                .setStep(step);
    }

    private void append(MessageLite... events) throws IOException {
        ByteArrayOutputStream records = new ByteArrayOutputStream();
        for (MessageLite event : events) {
            RecordWriter.write(event.toByteArray(), records);
        }
        ByteBuffer buffer = ByteBuffer.wrap(records.toByteArray());
        try (FileChannel channel = PlainFiles.open(file, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        }
    }
}
