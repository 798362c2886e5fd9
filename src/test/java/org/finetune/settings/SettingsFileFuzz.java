package org.finetune.settings;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.finetune.FinetuneException;
import org.finetune.testing.FuzzSeeds;

/** Fuzzing of the reader of configuration files. */
public final class SettingsFileFuzz {
    private static final Path FILE = FuzzSeeds.scratchFile();
    private static final int LONGEST_MESSAGE = 2000;

    private SettingsFileFuzz() {}

    /** Called by the fuzzer. */
    public static void fuzzerTestOneInput(byte[] content) throws IOException {
        Files.write(FILE, content);
        try {
            new SettingsLoader(Path.of("target"))
                    .load(FILE, new SettingValues())
                    .toTrainSettings();
        } catch (FinetuneException e) {
            if (e.getMessage().length() > LONGEST_MESSAGE) {
                throw new IllegalStateException("A message of " + e.getMessage().length() + " characters", e);
            }
        }
    }

    /** Writes the inputs to begin with. */
    public static void main(String[] arguments) throws IOException {
        FuzzSeeds seeds = new FuzzSeeds(arguments);
        byte[] shipped = Files.readAllBytes(Path.of("config/finetune.yaml"));
        seeds.add(shipped);
        for (String line : new String(shipped, StandardCharsets.UTF_8).split("\n")) {
            if (!line.startsWith("#")) {
                seeds.add(line.getBytes(StandardCharsets.UTF_8));
            }
        }
        seeds.add("provenance: {a: [1, {b: c}]}\nlr: 3e-5\nunfreeze: all\n".getBytes(StandardCharsets.UTF_8));
        seeds.add("epochs: &x !!int 3\nhead-epochs: *x\n".getBytes(StandardCharsets.UTF_8));
        seeds.add("? [a]\n: |\n  text\n--- >-\n 'it''s' \"\\u001b\"\n...\n".getBytes(StandardCharsets.UTF_8));
    }
}
