package org.finetune.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.finetune.cli.CliProcess.Result;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every command of docs/tutorial.md prints what stands there, but for numbers, names in quotation marks, and advice, which
 * depend on the machine. With {@code -Dfinetune.rewrite=true} the page is written anew.
 */
class TutorialIT {
    private static final Path PAGE = Path.of("docs", "tutorial.md");
    private static final String BEGIN = "```console";
    private static final String END = "```";
    private static final String PROMPT = "$ ";

    @TempDir
    private Path directory;

    @Test
    void commandsOfTheTutorialPrintWhatItSays() throws Exception {
        createPhotos();
        List<String> written = Files.readAllLines(PAGE);
        List<String> run = run(written);
        if (Boolean.getBoolean("finetune.rewrite")) {
            Files.write(PAGE, run);
            return;
        }
        assertEquals(
                comparable(written),
                comparable(run),
                "write the page anew with: mvn verify -Dit.test=TutorialIT -Dfinetune.rewrite=true");
    }

    /** The sample, with the last photo of each class apart. */
    private void createPhotos() throws IOException {
        Path unseen = Files.createDirectories(directory.resolve("new"));
        try (Stream<Path> classes = Files.list(Path.of("data", "sample"))) {
            for (Path label : classes.filter(Files::isDirectory).toList()) {
                Path target =
                        Files.createDirectories(directory.resolve("photos").resolve(label.getFileName()));
                try (Stream<Path> files = Files.list(label)) {
                    List<Path> photos =
                            files.sorted(Comparator.comparing(Path::toString)).toList();
                    for (Path photo : photos) {
                        boolean last = photo.equals(photos.get(photos.size() - 1));
                        Files.copy(photo, (last ? unseen : target).resolve(photo.getFileName()));
                    }
                }
            }
        }
    }

    /** The page with the output of its commands as it is now. */
    private List<String> run(List<String> page) throws Exception {
        List<String> result = new ArrayList<>();
        boolean console = false;
        for (String line : page) {
            if (line.equals(BEGIN) || line.equals(END)) {
                console = line.equals(BEGIN);
                result.add(line);
            } else if (!console) {
                result.add(line);
            } else if (line.startsWith(PROMPT)) {
                result.add(line);
                output(line.substring(PROMPT.length()))
                        .lines()
                        .map(String::stripTrailing)
                        .forEach(result::add);
            }
        }
        return result;
    }

    private String output(String command) throws Exception {
        Path launchers = Files.createDirectories(directory.resolve("bin"));
        Path link = launchers.resolve("finetune");
        if (!Files.exists(link)) {
            Files.createSymbolicLink(link, Path.of("scripts", "finetune").toAbsolutePath());
        }
        Result result = CliProcess.of(Path.of("bash"), "-c", "PATH=" + launchers + ":$PATH; " + command)
                .in(directory)
                .with("LC_ALL", "C.UTF-8")
                .run();
        assertEquals(0, result.exitCode(), () -> command + ": " + result.err());
        return result.out();
    }

    private static String comparable(List<String> lines) {
        StringBuilder text = new StringBuilder();
        for (String line : lines) {
            text.append(line.replaceAll("[0-9]+([.,][0-9]+)*", "#")
                            .replaceAll("'[^']*'", "'...'")
                            .replaceAll("^Next step .*", "Next step")
                            .replaceAll("\\s+", " "))
                    .append('\n');
        }
        return text.toString();
    }
}
