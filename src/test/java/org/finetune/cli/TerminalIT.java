package org.finetune.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.finetune.cli.CliProcess.Result;
import org.finetune.testing.PhotoFolder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written to a terminal, made by script(1), and what is not written elsewhere. Takes a minute. */
class TerminalIT {
    private static final String ESCAPE = "\u001b";
    private static final char CTRL_C = 3;
    private static final int MOMENTS = Integer.getInteger("finetune.moments", 3);
    private static final int MOMENTS_SEED = 1;
    private static final int LATEST_MOMENT = 1200;
    private static final Path LAUNCHER = Path.of("scripts", "finetune").toAbsolutePath();

    @TempDir
    private Path directory;

    /** Runs a shell command on a terminal of 80 columns; both streams arrive as standard output. */
    private CliProcess onTerminal(String command) {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/script")), "Skipped: there is no script(1)");
        return CliProcess.of(Path.of("/usr/bin/script"), "-qec", "stty cols 80; " + command, "/dev/null")
                .in(directory)
                .with("TERM", "xterm")
                .with("LC_ALL", "C.UTF-8")
                .with("NO_COLOR", null)
                .with("COLUMNS", null)
                .with("CLICOLOR_FORCE", null);
    }

    private String train(String options) throws Exception {
        Path photos = PhotoFolder.create(directory.resolve("photos"), 6, 1);
        return LAUNCHER + " train --data " + photos + " --weights bundled --out run "
                + String.join(" ", TrainedRun.SHORT) + options;
    }

    @Test
    void trainingShowsABarForEachPhaseInColor() throws Exception {
        Result result = onTerminal(train("")).run();
        assertEquals(0, result.exitCode(), result.out());
        for (String stage : List.of("features", "head", "fine-tune")) {
            assertTrue(
                    result.out().matches("(?s).*" + stage + " +\u001b\\[32m━+\u001b\\[0m 100%  done in [0-9.]+ s.*"),
                    stage);
        }
        assertTrue(result.out().contains("finetune predict run PHOTO..."), result.out());
        String last = result.out().replaceAll("\u001b\\[[0-9;]*[mJA]", "");
        last.lines()
                .flatMap(line -> List.of(line.split("\r")).stream())
                .forEach(line -> assertTrue(line.length() <= 80, line));
    }

    /** Ctrl-C arrives through the terminal, at random moments from when there is a run directory; {@code resume} goes on. */
    @Test
    void ctrlCAtAnyMomentSaysHowToGoOn() throws Exception {
        SmallRun small = SmallRun.create(directory, 8);
        String command = LAUNCHER + " train --data photos --out run --weights " + small.weights()
                + " --alpha 0.35 --size 96 --batch-size 8 --patience 0 --head-epochs 40 --epochs 10000 --no-report";
        Random random = new Random(MOMENTS_SEED);
        for (int i = 0; i < MOMENTS; i++) {
            int milliseconds = random.nextInt(LATEST_MOMENT);
            Process process = onTerminal(command).start();
            StringBuilder shown = new StringBuilder();
            Reader terminal = new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8);
            for (int c = terminal.read(); c >= 0 && shown.indexOf("Run  ") < 0; c = terminal.read()) {
                shown.append((char) c);
            }
            Thread.sleep(milliseconds);
            process.getOutputStream().write(CTRL_C);
            process.getOutputStream().flush();
            Writer rest = new StringWriter();
            terminal.transferTo(rest);
            shown.append(rest);
            String moment = milliseconds + " ms after the beginning of process " + i + ": " + shown;
            assertEquals(130, process.waitFor(), moment);
            assertTrue(shown.indexOf("Interrupted. To continue, run: finetune resume run") >= 0, moment);
            command = LAUNCHER + " resume run";
        }
    }

    @Test
    @Tag("slow")
    void withoutColorsAndUtf8ThePlainBarIsDrawn() throws Exception {
        Result result =
                onTerminal(train("")).with("LC_ALL", "C").with("NO_COLOR", "1").run();
        assertEquals(0, result.exitCode(), result.out());
        assertTrue(result.out().contains("head       [######"), result.out());
        assertFalse(result.out().contains(ESCAPE + "[32m"), result.out());
        assertTrue(result.out().chars().allMatch(c -> c < 128), result.out());
    }

    @Test
    @Tag("slow")
    void dumbTerminalsGetLines() throws Exception {
        Result result = onTerminal(train("")).with("TERM", "dumb").run();
        assertEquals(0, result.exitCode(), result.out());
        assertTrue(result.out().contains("fine-tune: done in "), result.out());
        assertFalse(result.out().contains(ESCAPE), result.out());
    }

    @Test
    void onlyTheStreamThatGoesToATerminalIsColored() throws Exception {
        Result result = onTerminal(LAUNCHER + " info --alpha 0.35 > out; " + LAUNCHER + " info --alpha 0.35")
                .run();
        assertFalse(Files.readString(directory.resolve("out")).contains(ESCAPE));
        assertTrue(result.out().contains(ESCAPE + "[1m"), result.out());
    }

    @Test
    void colorsCanBeDemandedForAPipe() throws Exception {
        assertTrue(
                CliProcess.finetune("--help", "--color", "always").run().out().contains(ESCAPE));
        assertTrue(CliProcess.finetune("--help")
                .with("CLICOLOR_FORCE", "1")
                .run()
                .out()
                .contains(ESCAPE));
        assertFalse(CliProcess.finetune("--help").run().out().contains(ESCAPE));
        assertFalse(onTerminal(LAUNCHER + " --help --color never").run().out().contains(ESCAPE));
    }

    @Test
    void helpIsAsWideAsTheTerminalAllows() throws Exception {
        for (int columns : new int[] {60, 80, 100, 200}) {
            String help = onTerminal("stty cols " + columns + "; " + LAUNCHER + " train --help --color never")
                    .run()
                    .out();
            int longest = help.lines()
                    .mapToInt(line -> line.stripTrailing().length())
                    .max()
                    .orElse(0);
            assertTrue(
                    longest <= Math.min(columns, 100) && longest > Math.min(columns, 100) - 20,
                    columns + ": " + longest);
        }
    }
}
