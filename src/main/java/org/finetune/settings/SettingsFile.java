package org.finetune.settings;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.finetune.ExitCode;
import org.finetune.FailureReason;
import org.finetune.FinetuneException;

/**
 * Reads a configuration file: one YAML mapping from the keys of the settings to scalars, and possibly the section
 * {@link #PROVENANCE}, which is passed over. There is no use for aliases and tags here, so they are errors.
 */
final class SettingsFile {
    /** Key of the section in which a run records what it was made from. */
    static final String PROVENANCE = "provenance";

    private static final int MAX_BYTES = 1 << 20;
    private static final int MAX_NESTING = 20;
    private static final int LONGEST_KEY = 60;

    private final Path file;
    private final Path base;
    private final SettingValues values = new SettingValues();
    private final Map<String, String> provenance = new LinkedHashMap<>();

    private SettingsFile(Path file, Path base) {
        this.file = file;
        this.base = base;
    }

    /**
     * Reads the settings that a file gives.
     *
     * @param base directory that relative paths in the file start from; the empty path for the working directory
     * @throws FinetuneException if the file cannot be read or anything in it is not as it should be
     */
    static SettingValues read(Path file, Path base) {
        return load(file, base).values;
    }

    /** Reads a file as {@link #read} does, with its section {@link #PROVENANCE}. */
    static SettingsFile load(Path file, Path base) {
        SettingsFile reader = new SettingsFile(file, base);
        try (YAMLParser parser = factory().createParser(reader.text())) {
            reader.mapping(parser);
        } catch (JsonProcessingException e) {
            throw reader.error(e.getLocation(), reason(e));
        } catch (IOException e) {
            throw reader.error(null, e.getMessage());
        }
        return reader;
    }

    private static String reason(JsonProcessingException e) {
        return e.getOriginalMessage().contains("'\\t(TAB)'")
                ? "a tab, which YAML does not allow here; indent with spaces"
                : e.getOriginalMessage().lines().findFirst().orElse("not YAML");
    }

    SettingValues values() {
        return values;
    }

    /** The texts and numbers of the section {@link #PROVENANCE}. */
    Map<String, String> provenance() {
        return provenance;
    }

    private static YAMLFactory factory() {
        return YAMLFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_NESTING)
                        .build())
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .build();
    }

    private String text() throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            // It may be a pipe or a device, whose size nobody knows.
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new IOException("larger than " + MAX_BYTES + " bytes");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (NoSuchFileException e) {
            throw new IOException("no such file; correct its path");
        } catch (CharacterCodingException e) {
            throw new IOException("not UTF-8 text");
        } catch (IOException e) {
            throw new IOException("cannot be read: " + FailureReason.of(e));
        }
    }

    private void mapping(YAMLParser parser) throws IOException {
        JsonToken first = parser.nextToken();
        if (first == null || isEmpty(first, parser)) {
            return;
        }
        if (first != JsonToken.START_OBJECT) {
            throw error(parser.currentTokenLocation(), "expected lines of the form 'key: value'");
        }
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            requirePlain(parser, key);
            JsonLocation location = parser.currentTokenLocation();
            JsonToken token = parser.nextToken();
            if (key.equals(PROVENANCE)) {
                provenance(parser);
                continue;
            }
            Setting<?> setting = Setting.of(key).orElseThrow(() -> error(location, unknown(key)));
            requirePlain(parser, key);
            setting(setting, token, parser, location);
        }
        if (parser.nextToken() != null) {
            throw error(parser.currentTokenLocation(), "a second document; only one is allowed");
        }
    }

    /** Takes the scalars of the section; what else there may be is passed over. */
    private void provenance(YAMLParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return;
        }
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            if (parser.nextToken().isScalarValue()) {
                provenance.put(name, parser.getText());
            } else {
                parser.skipChildren();
            }
        }
    }

    private static String unknown(String key) {
        if (key.length() > LONGEST_KEY) {
            return "unknown key '" + key.substring(0, LONGEST_KEY) + "...'";
        }
        return "unknown key '" + key + "'; did you mean '"
                + NearestName.to(key, Setting.all().stream().map(Setting::key).toList()) + "'?";
    }

    private void requirePlain(YAMLParser parser, String key) throws IOException {
        if (parser.isCurrentAlias() || parser.getTypeId() != null) {
            throw error(parser.currentTokenLocation(), key + " has an alias or a tag, which is not allowed");
        }
    }

    private void setting(Setting<?> setting, JsonToken token, YAMLParser parser, JsonLocation location)
            throws IOException {
        if (isEmpty(token, parser)) {
            if (!setting.isOptional()) {
                throw error(
                        location, setting.key() + " must be " + setting.type().expected() + ", not empty");
            }
            values.clear(setting);
            return;
        }
        if (!tokens(setting.type().form()).contains(token)) {
            String found = token.isScalarValue() ? written(token, parser.getText()) : "a list or a section";
            throw error(location, setting.key() + " must be " + setting.type().expected() + ", not " + found);
        }
        try {
            values.parse(setting, parser.getText(), base);
        } catch (IllegalArgumentException e) {
            throw error(location, setting.key() + " " + e.getMessage());
        }
    }

    private static boolean isEmpty(JsonToken token, YAMLParser parser) throws IOException {
        return token == JsonToken.VALUE_NULL
                || (token == JsonToken.VALUE_STRING && parser.getText().isEmpty());
    }

    private static String written(JsonToken token, String text) {
        return switch (token) {
            case VALUE_STRING -> "the text '" + ValueType.shortened(text) + "'";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "the number " + ValueType.shortened(text)
                    + " (put text in quotes)";
            default -> text;
        };
    }

    private static Set<JsonToken> tokens(ValueType.Form form) {
        return switch (form) {
            case TEXT, PATH -> EnumSet.of(JsonToken.VALUE_STRING);
            case NUMBER, WHOLE_NUMBER -> EnumSet.of(JsonToken.VALUE_NUMBER_INT, JsonToken.VALUE_NUMBER_FLOAT);
            case WHOLE_NUMBER_OR_TEXT -> EnumSet.of(JsonToken.VALUE_NUMBER_INT, JsonToken.VALUE_STRING);
            case TRUTH -> EnumSet.of(JsonToken.VALUE_TRUE, JsonToken.VALUE_FALSE);
        };
    }

    private FinetuneException error(JsonLocation location, String problem) {
        String line = location == null || location.getLineNr() < 1 ? "" : ":" + location.getLineNr();
        return new FinetuneException(ExitCode.USAGE, file + line + ": " + problem);
    }
}
