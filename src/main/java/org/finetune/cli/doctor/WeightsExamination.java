package org.finetune.cli.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Which pretrained weights are here already. */
final class WeightsExamination implements Examination {
    private static final String SUBJECT = "Weights";

    private final Path models;
    private final Path cache;

    /**
     * Looks at the places where weights are found.
     *
     * @param models directory of the installation
     * @param cache directory that downloads go to
     */
    WeightsExamination(Path models, Path cache) {
        this.models = models;
        this.cache = cache;
    }

    /** Directory that downloaded weights go to, by the XDG base directory specification. */
    static Path cacheDirectory(Map<String, String> environment) {
        String caches = environment.getOrDefault("XDG_CACHE_HOME", "");
        Path base = caches.startsWith("/") ? Path.of(caches) : Path.of(System.getProperty("user.home"), ".cache");
        return base.resolve("finetune").resolve("weights");
    }

    @Override
    public List<Finding> examine() {
        List<Path> files = Stream.of(models, cache)
                .flatMap(directory -> list(directory).stream())
                .toList();
        Finding found = files.isEmpty()
                ? Finding.warn(
                        SUBJECT,
                        "none in " + models + " or " + cache,
                        "A run downloads them; without a network put a Keras file (*_no_top.h5) into one of the two.")
                : Finding.ok(
                        SUBJECT,
                        String.join(", ", files.stream().map(Path::toString).toList()));
        return List.of(found, WritableDirectory.examine("Cache", cache, Finding.Status.WARN));
    }

    private static List<Path> list(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".h5"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }
}
