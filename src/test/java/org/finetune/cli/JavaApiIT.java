package org.finetune.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.finetune.cli.CliProcess.Result;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program in docs/java.md, compiled and run with the jar alone, as in a program of a user. */
class JavaApiIT {
    private static final Path JAR = Path.of("target", "finetune.jar").toAbsolutePath();

    @TempDir
    private Path directory;

    @Test
    void programOfTheDocumentationSaysWhatTheCommandSays() throws Exception {
        TrainedRun trained = TrainedRun.shared();
        Matcher program =
                Pattern.compile("(?s)```java\n(import .*?)```").matcher(Files.readString(Path.of("docs", "java.md")));
        assertTrue(program.find(), "docs/java.md has a program");
        Path source = Files.writeString(directory.resolve("Classify.java"), program.group(1));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        assertEquals(
                0,
                compiler.run(
                        null,
                        null,
                        null,
                        "-Xlint:all,-path",
                        "-Werror",
                        "-cp",
                        JAR.toString(),
                        "-d",
                        directory.toString(),
                        source.toString()));
        List<String> photos;
        try (Stream<Path> files = Files.walk(trained.photos())) {
            photos = files.filter(Files::isRegularFile)
                    .map(Path::toString)
                    .sorted()
                    .limit(20)
                    .toList();
        }
        String[] predict = Stream.concat(
                        Stream.of("predict", trained.directory().toString(), "--format", "csv"), photos.stream())
                .toArray(String[]::new);
        Result command = CliProcess.finetune(predict).call();
        List<String> expected = command.out()
                .lines()
                .skip(1)
                .map(line -> line.split(","))
                .map(fields -> fields[0] + " " + fields[1])
                .toList();

        Process java = new ProcessBuilder(Stream.concat(
                                Stream.of(
                                        Path.of(System.getProperty("java.home"), "bin", "java")
                                                .toString(),
                                        "-cp",
                                        JAR + ":" + directory,
                                        "Classify",
                                        trained.directory().toString()),
                                photos.stream())
                        .toList())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String out = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, java.waitFor(), out);
        assertEquals(
                expected,
                out.lines()
                        .map(line -> line.substring(0, line.lastIndexOf(' ')))
                        .sorted()
                        .toList());
    }
}
