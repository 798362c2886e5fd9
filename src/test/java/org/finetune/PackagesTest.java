package org.finetune;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The table of packages in docs/architecture.md, against the imports of the sources. */
class PackagesTest {
    private static final Path SOURCES = Path.of("src", "main", "java", "org", "finetune");
    private static final Pattern ROW = Pattern.compile("\\| `([a-z0-9.]+)` \\| .* \\|([^|]*)\\|");
    private static final Pattern NAME = Pattern.compile("`([a-z0-9.]+)`");
    private static final Pattern IMPORT =
            Pattern.compile("(?m)^import (?:static )?org\\.finetune\\.((?:[a-z0-9]+\\.)+)[A-Z]");

    /** What each package depends on by the table, in its order. */
    private static final Map<String, String> TABLE = new LinkedHashMap<>();

    @BeforeAll
    static void readTable() throws IOException {
        for (String line : Files.readAllLines(Path.of("docs", "architecture.md"))) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                TABLE.put(row.group(1), row.group(2).strip());
            }
        }
    }

    private static List<String> below(String name) {
        List<String> all = List.copyOf(TABLE.keySet());
        return all.subList(all.indexOf(name) + 1, all.size());
    }

    private static List<String> names(String text) {
        return NAME.matcher(text).results().map(name -> name.group(1)).toList();
    }

    private static boolean contains(List<String> packages, String name) {
        return packages.stream().anyMatch(outer -> name.equals(outer) || name.startsWith(outer + "."));
    }

    /** The packages that one may import. */
    private static Set<String> allowed(String name) {
        String text = TABLE.getOrDefault(name, "");
        Set<String> allowed = new TreeSet<>();
        for (String other : below(name)) {
            if (text.startsWith("all below") != contains(names(text), other)) {
                allowed.add(other);
            }
        }
        if (text.endsWith(" and what it depends on")) {
            names(text).forEach(other -> allowed.addAll(allowed(other)));
        }
        return allowed;
    }

    private static Set<String> imported(Path file) throws IOException {
        return IMPORT.matcher(Files.readString(file))
                .results()
                .map(found -> found.group(1).replaceFirst("\\.$", ""))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void packagesImportOnlyWhatTheTableSays() throws IOException {
        List<String> wrong = new ArrayList<>();
        Set<String> found = new TreeSet<>();
        try (Stream<Path> files = Files.walk(SOURCES)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".java")).toList()) {
                String name = SOURCES.relativize(file.getParent()).toString().replace('/', '.');
                if (!name.isEmpty()) {
                    found.add(name);
                    Set<String> imported = imported(file);
                    imported.remove(name);
                    imported.removeAll(allowed(name));
                    imported.forEach(other -> wrong.add(name + "." + file.getFileName() + " imports " + other));
                }
            }
        }
        assertEquals(found, new TreeSet<>(TABLE.keySet()));
        assertEquals(List.of(), wrong);
    }

    @Test
    void namesInTheTableAreOfPackagesBelow() {
        TABLE.forEach((name, text) ->
                names(text).forEach(other -> assertTrue(below(name).contains(other), name + " depends on " + other)));
    }
}
