package org.finetune.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.finetune.ExitCode;
import org.finetune.cli.CliProcess.Result;
import org.finetune.settings.Setting;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands, as far as they need no classifier. */
class CommandLineIT {
    /** Some more than there are; with ND4J there would be many times as many. */
    private static final int MOST_CLASSES = 2000;

    @TempDir
    private Path directory;

    @Test
    void versionAndHelpLoadFewClassesAndNothingOfNd4j() throws Exception {
        for (String[] arguments :
                List.of(new String[] {"--version"}, new String[] {"--help"}, new String[] {"train", "--help"})) {
            Result traced = CliProcess.finetune(arguments)
                    .with("FINETUNE_JAVA_OPTS", "-Xlog:class+load")
                    .run();
            assertEquals(0, traced.exitCode(), traced.err());
            assertEquals("", traced.err());
            long classes = traced.out()
                    .lines()
                    .filter(line -> line.contains(" source: "))
                    .count();
            assertTrue(classes < MOST_CLASSES, String.join(" ", arguments) + " loads " + classes + " classes");
            for (String library : List.of(
                    "org.nd4j",
                    "org.deeplearning4j",
                    "org.bytedeco",
                    "ch.qos.logback",
                    "org.slf4j",
                    "org.eclipse.jetty",
                    "io.prometheus")) {
                assertFalse(
                        traced.out().contains(" " + library + "."), String.join(" ", arguments) + " loads " + library);
            }
        }
    }

    @Test
    void photosGivenByPositionAreUnderstood() throws Exception {
        for (String command : List.of("train", "sweep", "find-lr")) {
            CliProcess.finetune(command, "photos/")
                    .call()
                    .assertRefused(2, "'photos/' is an unexpected argument; did you mean --data photos/?");
        }
    }

    @Test
    void helpStatesTheExitCodes() throws Exception {
        String help = CliProcess.finetune("--help").call().out();
        for (ExitCode exitCode : ExitCode.values()) {
            assertTrue(help.matches("(?s).*\\n  " + exitCode.code() + " +[a-z].*"), help);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "train",
                "sweep",
                "find-lr",
                "evaluate",
                "predict",
                "serve",
                "export",
                "compare",
                "resume",
                "rename",
                "check",
                "info",
                "weights",
                "doctor",
                "completion"
            })
    void everyCommandHasHelpWithExamples(String command) throws Exception {
        Result result = CliProcess.finetune(command, "--help").call();
        assertEquals(0, result.exitCode());
        assertTrue(result.out().startsWith("Usage: finetune " + command), result.out());
        assertTrue(result.out().contains("  finetune " + command), result.out());
    }

    @Test
    void helpOfTrainStatesEverySettingAndItsDefault() throws Exception {
        String help = CliProcess.finetune("train", "--help").call().out().replaceAll("\\s+", " ");
        for (Setting<?> setting : Setting.all()) {
            assertTrue(help.contains(setting.key()), setting.key());
            if (!setting.isOptional()) {
                assertTrue(
                        help.contains(setting.description() + " Default: " + setting.defaultText() + "."),
                        setting.key());
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "train --epoch 3 | Unknown option '--epoch'; did you mean '--epochs' | train --help",
                "train --epochs ten | must be a whole number from 0 to 100000, not 'ten' | --epochs",
                "train --alpha 0.4 | must be one of 0.35, 0.5, 0.75, 1.0, 1.3, 1.4, not '0.4' | --alpha",
                "train --augment mirror | must be one of none, flip, standard, not 'mirror' | --augment",
                "train --aplha 0.35 | Unknown option '--aplha'; did you mean '--alpha' | train --help",
                "train --no-strct | Unknown option '--no-strct'; did you mean '--no-strict' | train --help",
                "train --hlep | Unknown option '--hlep'; did you mean '--help' | train --help",
                "predict run photo --tpo=3 | Unknown option '--tpo'; did you mean '--top' | predict --help",
                "evaluate run --dta x | Unknown option '--dta'; did you mean '--data' | evaluate --help",
                "compare a b --fromat json | Unknown option '--fromat'; did you mean '--format' | compare --help",
                "compare a | Nothing to compare 'a' with | compare --help",
                "sweep --try unfreze=0 | is not a setting; did you mean 'unfreeze'? | --try",
                "trian | Unknown command 'trian'; did you mean 'train' | finetune --help",
                "doctor now | 'now' is an unexpected argument | doctor --help",
                "train --zzz | Unknown option '--zzz' | train --help",
                "predict | Missing required parameter: 'RUN' | predict --help",
                "predict run | Nothing to predict; give photos, or a list of them with --manifest | predict --help",
                "predict run a.jpg --manifest b.csv | --manifest lists the photos; omit 'a.jpg' | predict --help",
                "predict run photo --top 0 | must be at least 1 | --top",
                "predict run photo --format xml | --format must be one of table, csv, jsonl, not 'xml' | predict --help",
                "predict run photo --top few | --top must be a whole number, not 'few' | predict --help",
                "info --color red | --color must be one of auto, always, never, not 'red' | info --help",
                "evaluate run | Missing required option: '--data=<photos>' | evaluate --help",
                "train --config no-such.yaml | no-such.yaml: no such file | no-such",
                "info --unfreeze -1 | must be a whole number from 0 to 10000 or all, or several | --unfreeze",
            })
    void usageErrorsSayWhatIsWrong(String arguments, String message, String hint) throws Exception {
        Result result = CliProcess.finetune(arguments.split(" ")).call();
        assertEquals(ExitCode.USAGE.code(), result.exitCode(), result.err());
        assertEquals("", result.out());
        assertTrue(result.err().startsWith("finetune: "), result.err());
        assertTrue(result.err().contains(message), result.err());
        assertTrue(result.err().contains(hint), result.err());
        assertEquals(1, result.err().lines().count(), result.err());
    }

    @Test
    void verboseShowsTheStackTrace() throws Exception {
        Result result =
                CliProcess.finetune("train", "--verbose", "--config", "none").call();
        assertEquals(ExitCode.USAGE.code(), result.exitCode());
        assertTrue(result.err().contains("    at org.finetune."), result.err());
    }

    @Test
    void controlCharactersOfNamesStayOffTheTerminal() throws Exception {
        String name = "\u001b[31mred\u0007.yaml";
        Result result = CliProcess.finetune("train", "--config", name).call();
        assertEquals("finetune: \\u001b[31mred\\u0007.yaml: no such file; correct its path\n", result.err());
    }

    @Test
    void noCommandPrintsTheHelpAsAnError() throws Exception {
        Result result = CliProcess.finetune().run();
        assertEquals(ExitCode.USAGE.code(), result.exitCode());
        assertEquals("", result.out());
        assertTrue(result.err().startsWith("Usage: finetune "), result.err());
    }

    @Test
    void infoReadsSettingsFromFileAndCommandLine() throws Exception {
        Path config = Files.writeString(directory.resolve("c.yaml"), "alpha: 0.35\nunfreeze: 0\nclasses: 5\n");
        Result result = CliProcess.finetune("info", "--config", config.toString(), "--unfreeze", "20")
                .call();
        assertEquals(0, result.exitCode(), result.err());
        assertTrue(result.out().startsWith("MobileNetV2, alpha 0.35, input 224x224\n"), result.out());
        assertTrue(result.out().endsWith("Parameters: 416,613, of which phase 2 trains 236,661\n"), result.out());
    }

    @Test
    void doctorFindsThisMachineGood() throws Exception {
        Result result = CliProcess.finetune("doctor").in(directory).run();
        assertEquals(0, result.exitCode(), result.out() + result.err());
        assertTrue(result.out().contains("CpuBackend with oneDNN"), result.out());
        assertTrue(Stream.of("matmul", "conv2d").allMatch(result.out()::contains), result.out());
        assertFalse(result.out().contains("\nbad "), result.out());
        assertEquals("", result.err());
    }

    @Test
    void cudaWithoutADeviceEndsWithARemedy() throws Exception {
        Result result = CliProcess.finetune("train", "--backend", "cuda")
                .with("PATH", minimalPath())
                .in(directory)
                .run();
        assertEquals(ExitCode.BACKEND.code(), result.exitCode(), result.err());
        assertTrue(result.err().contains("no NVIDIA driver of CUDA 11.0 or newer is installed"), result.err());
        assertTrue(result.err().contains("--backend cpu"), result.err());
    }

    /** A search path with what the launcher needs and without nvidia-smi. */
    private String minimalPath() throws Exception {
        Path bin = Files.createDirectory(directory.resolve("bin"));
        for (String tool : List.of("bash", "env", "dirname", "readlink", "java")) {
            Path found = Stream.of(System.getenv("PATH").split(":"))
                    .map(path -> Path.of(path, tool))
                    .filter(Files::isExecutable)
                    .findFirst()
                    .orElseThrow();
            Path script = Files.writeString(bin.resolve(tool), "#!/bin/sh\nexec " + found + " \"$@\"\n");
            Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        }
        return bin.toString();
    }
}
