package org.finetune.cli.output;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.finetune.cli.terminal.Terminal;
import org.finetune.settings.Setting;
import org.finetune.tune.Combination;
import org.junit.jupiter.api.Test;

class SweepProgressTest {
    private final StringWriter text = new StringWriter();
    private long now;

    @Test
    void withoutTerminalALineEveryTenSecondsSaysWhatTheTrialIsAt() {
        Console console = new Console(
                new PrintWriter(new StringWriter()), new PrintWriter(text), false, Terminal.NONE, Terminal.NONE);
        try (SweepProgress progress = new SweepProgress(console, List.of(Setting.LR), () -> now)) {
            progress.start(4);
            progress.trialStarted(2, 4, new Combination(Map.of()));
            progress.taskStarted("features", 1000);
            after(6);
            progress.taskProgress(200, () -> "");
            after(6);
            progress.taskProgress(400, () -> "loss 1.5");
            after(6);
            progress.taskProgress(600, () -> "");
        }
        assertEquals("trial 2/4: features: 400 of 1000 photos, 0:00:18 left, 33 photos/s, loss 1.5\n", text.toString());
    }

    private void after(long seconds) {
        now += seconds * 1_000_000_000;
    }
}
