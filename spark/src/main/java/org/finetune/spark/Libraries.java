package org.finetune.spark;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What {@code spark-submit --jars} has to send to the executors: finetune and the libraries that its manifest names. */
public final class Libraries {
    /** What Spark has itself; its own logging is also meant to be used. */
    private static final List<String> OF_SPARK =
            List.of("jackson-annotations-", "jackson-core-", "jackson-databind-", "logback-", "slf4j-api-");

    /** Finetune's reader of CSV, which needs the Jackson of its own version. */
    private static final String CSV = "jackson-dataformat-csv-";

    /** The one for Spark's Jackson, which the build puts beside this job's jar. */
    private static final String CSV_FOR_SPARK = "jackson-dataformat-csv.jar";

    /** {@code ExitCode.BACKEND}, whose class is in one of these files. */
    private static final int MISSING = 5;

    private Libraries() {}

    /** Prints the files, separated by commas, for the path of finetune's jar; if one is missing, says so and exits with 5. */
    public static void main(String[] arguments) {
        try {
            System.out.println(of(Path.of(arguments[0]), directory()).stream()
                    .map(Path::toString)
                    .collect(Collectors.joining(",")));
        } catch (IOException e) {
            System.err.println("finetune-spark: " + e.getMessage());
            System.exit(MISSING);
        }
    }

    /** Where this job's jar is. */
    private static Path directory() {
        return Path.of(URI.create(Libraries.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toString()))
                .getParent();
    }

    /**
     * Lists the files.
     *
     * @param finetune finetune's jar, with its libraries where its manifest says
     * @param directory where this job's jar is
     * @throws IOException if one of them is missing
     */
    static List<Path> of(Path finetune, Path directory) throws IOException {
        try (JarFile jar = new JarFile(finetune.toFile())) {
            String[] names = jar.getManifest()
                    .getMainAttributes()
                    .getValue(Attributes.Name.CLASS_PATH)
                    .split(" ");
            // First what has to come before what finetune's manifest names.
            List<Path> files = Stream.concat(
                            Stream.of(directory.resolve(CSV_FOR_SPARK), finetune),
                            Stream.of(names).map(finetune::resolveSibling).filter(file -> Stream.concat(
                                            OF_SPARK.stream(), Stream.of(CSV))
                                    .noneMatch(file.getFileName().toString()::startsWith)))
                    .toList();
            for (Path file : files) {
                if (!Files.isRegularFile(file)) {
                    throw new IOException("'" + file + "' is missing; build finetune again");
                }
            }
            return files;
        }
    }
}
