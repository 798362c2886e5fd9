package org.finetune.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class RunLogTest {
    private static final Logger OURS = LoggerFactory.getLogger(RunLogTest.class);
    private static final Logger LIBRARY = LoggerFactory.getLogger("org.nd4j.linalg.factory.Nd4j");

    @TempDir
    private Path directory;

    @BeforeEach
    void setLevelsAsInProduction() {
        ((ch.qos.logback.classic.Logger) OURS).setLevel(Level.DEBUG);
        ((ch.qos.logback.classic.Logger) LIBRARY).setLevel(Level.INFO);
    }

    @Test
    void namesOfFilesCannotForgeLinesOrMoveTheCursor() throws IOException {
        Path file = directory.resolve("run.log");
        try (RunLog log = new RunLog(file)) {
            OURS.info("skipped '{}'", "a\n2026-01-01 INFO forged\u001b[2J\u202egpj.exe");
        }
        List<String> lines = Files.readAllLines(file);
        assertEquals(1, lines.size(), lines.toString());
        assertTrue(
                lines.get(0).endsWith("skipped 'a\\u000a2026-01-01 INFO forged\\u001b[2J\\u202egpj.exe'"),
                lines.get(0));
    }

    @Test
    void fileHasWhatPeopleWantToKnowOfWhatIsLoggedWhileItIsOpen() throws IOException {
        Path file = directory.resolve("run.log");
        OURS.info("before");
        RunLog log = new RunLog(file);
        OURS.info("fact");
        OURS.debug("detail");
        LIBRARY.info("chatter");
        LIBRARY.warn("trouble");
        log.close();
        OURS.info("after");
        List<String> lines = Files.readAllLines(file);
        assertEquals(2, lines.size(), lines.toString());
        String time = "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d ";
        assertTrue(lines.get(0).matches(time + "INFO  fact"), lines.get(0));
        assertTrue(lines.get(1).matches(time + "WARN  trouble"), lines.get(1));
    }

    @Test
    void runsOnThreadsOfOtherGroupsHaveLogsOfTheirOwn() throws Exception {
        Path file = directory.resolve("first.log");
        Thread first = new Thread(new ThreadGroup("first"), () -> {
            try (RunLog log = new RunLog(file)) {
                OURS.info("own");
                runAndWait(new Thread(() -> OURS.info("helper")));
                runAndWait(new Thread(new ThreadGroup("second"), () -> OURS.info("nested")));
                runAndWait(new Thread(main(), () -> OURS.info("shared")));
                runAndWait(new Thread(new ThreadGroup(main(), "other"), () -> OURS.info("foreign")));
            }
        });
        runAndWait(first);
        List<String> messages = Files.readAllLines(file).stream()
                .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                .toList();
        assertEquals(List.of("own", "helper", "nested", "shared"), messages);
    }

    private static ThreadGroup main() {
        ThreadGroup group = Thread.currentThread().getThreadGroup();
        return group.getName().equals("first") ? group.getParent() : group;
    }

    private static void runAndWait(Thread thread) {
        thread.start();
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
