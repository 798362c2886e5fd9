package org.finetune.cli.output;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.finetune.cli.terminal.Terminal;
import org.finetune.train.EpochResult;
import org.finetune.train.Phase;
import org.junit.jupiter.api.Test;

class ConsoleProgressTest {
    private final StringWriter text = new StringWriter();
    private long now;

    @Test
    void withoutTerminalPrintsALineEveryTenSecondsAndAtEnds() {
        run(false);
        assertEquals(
                """
                weights: a.h5
                features: 400 of 1000 photos, 0:00:15 left, 40 photos/s, loss 1.5
                warning: b\\u001b.jpg cannot be decoded
                features: 900 of 1000 photos, 0:00:03 left, 40 photos/s
                features: done in 24.5 s
                fine-tune epoch 2/10: loss 0.5000, accuracy 75.0%, validation loss 0.2500, validation accuracy 87.5%, \
                1.5 s, best so far
                """,
                text.toString());
    }

    @Test
    void quietPrintsWarningsOnly() {
        run(true);
        assertEquals("warning: b\\u001b.jpg cannot be decoded\n", text.toString());
    }

    @Test
    void downloadIsCountedInMegabytes() {
        Console console = new Console(
                new PrintWriter(new StringWriter()), new PrintWriter(text), false, Terminal.NONE, Terminal.NONE);
        try (ConsoleProgress progress = new ConsoleProgress(console, () -> now)) {
            progress.downloadStarted("a.h5", 9_400_000);
            after(10);
            progress.downloadProgress(2_350_000);
            after(10);
            progress.downloadEnded(true);
            progress.downloadStarted("b.h5", -1);
            after(10);
            progress.downloadProgress(2_350_000);
            progress.downloadEnded(false);
        }
        assertEquals(
                """
                Downloading a.h5
                download: 2.4 of 9.4 MB, 0:00:30 left, 0.2 MB/s
                download: done in 20.0 s
                Downloading b.h5
                download: 2.4 MB, 0.2 MB/s
                """,
                text.toString());
    }

    private void run(boolean quiet) {
        Console console = new Console(
                new PrintWriter(new StringWriter()), new PrintWriter(text), quiet, Terminal.NONE, Terminal.NONE);
        try (ConsoleProgress progress = new ConsoleProgress(console, () -> now)) {
            progress.info("weights: a.h5");
            progress.taskStarted("features", 1000);
            after(5);
            progress.taskProgress(200, () -> "loss 2");
            after(5);
            progress.taskProgress(400, () -> "loss 1.5");
            progress.warning("b\u001b.jpg cannot be decoded");
            after(9.5);
            progress.taskProgress(800, () -> "");
            after(3);
            progress.taskProgress(900, () -> "");
            after(2);
            progress.taskProgress(1000, () -> "");
            progress.taskFinished();
            progress.epochFinished(new EpochResult(Phase.FINE_TUNE, 2, 1e-3, 0.5, 0.75, 0.25, 0.875, 1.5, true), 10);
        }
    }

    private void after(double seconds) {
        now += (long) (seconds * 1e9);
    }
}
