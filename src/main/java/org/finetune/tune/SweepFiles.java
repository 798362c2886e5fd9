package org.finetune.tune;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.finetune.ExitCode;
import org.finetune.FailureReason;
import org.finetune.FinetuneException;
import org.finetune.run.AtomicFile;
import org.finetune.run.Csv;
import org.finetune.run.PlainFiles;
import org.finetune.settings.Setting;

/** Reads and writes the results of a sweep. */
final class SweepFiles {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .build();
    private static final long MAX_BYTES = 100L << 20;
    private static final List<String> FIGURES =
            List.of("top1", "top1_low", "top1_high", "loss", "head_top1", "head_loss", "kept");

    private final SweepDirectory directory;

    SweepFiles(SweepDirectory directory) {
        this.directory = directory;
    }

    /**
     * What {@code results.json} says.
     *
     * @param plan what is tried
     * @param results the trials that are over
     */
    record Contents(SweepPlan plan, SweepResults results) {}

    /** Writes or replaces both files. */
    void write(SweepPlan plan, SweepResults results) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("try", plan.tries());
        document.put("random", plan.random().orElse(null));
        document.put("images", plan.images());
        document.put("best", results.best().map(TrialResult::number).orElse(null));
        document.put("trials", results.trials().stream().map(SweepFiles::toMap).toList());
        try {
            AtomicFile.write(
                    directory.json(), JSON.writerWithDefaultPrettyPrinter().writeValueAsString(document) + "\n");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Results that are no JSON: " + document, e);
        }
        writeTable(plan, results);
    }

    /** Writes or replaces {@code results.csv}, which has nothing that {@code results.json} has not. */
    void writeTable(SweepPlan plan, SweepResults results) {
        AtomicFile.write(directory.csv(), csv(plan.settings(), results));
    }

    private static Map<String, Object> toMap(TrialResult trial) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("trial", trial.number());
        map.put("status", trial.status());
        map.put("exit_code", trial.exitCode().code());
        Map<String, String> settings = new LinkedHashMap<>();
        trial.combination().values().forEach((setting, value) -> settings.put(setting.key(), value));
        map.put("settings", settings);
        trial.figures()
                .ifPresentOrElse(figures -> map.put("figures", figures), () -> map.put("problem", trial.problem()));
        map.put("seconds", trial.seconds());
        return map;
    }

    private static String csv(List<Setting<?>> settings, SweepResults results) {
        List<Object> header = new ArrayList<>(List.of("trial", "status"));
        settings.forEach(setting -> header.add(setting.key()));
        header.addAll(FIGURES);
        header.addAll(List.of("seconds", "problem"));
        StringBuilder text = new StringBuilder(Csv.line(header));
        for (TrialResult trial : results.trials()) {
            List<Object> row = new ArrayList<>(List.of(trial.number(), trial.status()));
            settings.forEach(setting -> row.add(trial.combination().value(setting)));
            row.addAll(trial.figures().map(SweepFiles::cells).orElse(Collections.nCopies(FIGURES.size(), "")));
            row.add(trial.seconds());
            row.add(trial.problem());
            text.append(Csv.line(row));
        }
        return text.toString();
    }

    /** The columns of {@link #FIGURES}. */
    private static List<Object> cells(TrialResult.Figures figures) {
        return List.of(
                figures.top1(),
                figures.interval().low(),
                figures.interval().high(),
                figures.loss(),
                figures.headTop1(),
                figures.headLoss(),
                figures.kept());
    }

    /**
     * Reads {@code results.json}.
     *
     * @throws FinetuneException with {@link ExitCode#USAGE} if there is none that a sweep has written
     */
    Contents read() {
        try (InputStream in = PlainFiles.read(directory.json())) {
            if (Files.size(directory.json()) > MAX_BYTES) {
                throw new IOException("it is too large");
            }
            JsonNode document = JSON.readTree(in);
            List<String> tries = new ArrayList<>();
            for (JsonNode text : document.required("try")) {
                tries.add(text("try", text));
            }
            JsonNode random = document.required("random");
            List<TrialResult> trials = new ArrayList<>();
            for (JsonNode trial : document.required("trials")) {
                trials.add(trial(trial));
            }
            SweepPlan plan = new SweepPlan(
                    tries,
                    random.isNull()
                            ? Optional.empty()
                            : Optional.of(number("random", random).intValue()),
                    number("images", document.required("images")).longValue());
            return new Contents(plan, new SweepResults(trials));
        } catch (NoSuchFileException e) {
            throw unreadable("there is no such file", e);
        } catch (IOException | IllegalArgumentException e) {
            throw unreadable(
                    FailureReason.of(e instanceof IOException io ? io : new IOException(e.getMessage(), e)), e);
        }
    }

    private FinetuneException unreadable(String reason, Exception e) {
        return new FinetuneException(
                ExitCode.USAGE,
                "Cannot continue the sweep from '" + directory.json() + "': " + reason
                        + "; give a sweep directory, or start a new sweep with --try.",
                e);
    }

    private static TrialResult trial(JsonNode node) throws IOException {
        Map<Setting<?>, String> values = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : node.required("settings").properties()) {
            Setting<?> setting = Setting.of(entry.getKey())
                    .orElseThrow(() -> new IllegalArgumentException("unknown setting '" + entry.getKey() + "'"));
            values.put(setting, text(entry.getKey(), entry.getValue()));
        }
        ExitCode exitCode =
                ExitCode.of(number("exit_code", node.required("exit_code")).intValue());
        return new TrialResult(
                number("trial", node.required("trial")).intValue(),
                new Combination(values),
                exitCode,
                exitCode == ExitCode.SUCCESS ? Optional.of(figures(node.required("figures"))) : Optional.empty(),
                number("seconds", node.required("seconds")).doubleValue(),
                node.path("problem").asText());
    }

    private static TrialResult.Figures figures(JsonNode node) throws IOException {
        TrialResult.Figures figures = JSON.treeToValue(node, TrialResult.Figures.class);
        if (figures == null || figures.kept() == null) {
            throw new IllegalArgumentException("a trial that is done has no figures");
        }
        return figures;
    }

    private static String text(String name, JsonNode node) {
        if (!node.isTextual()) {
            throw new IllegalArgumentException("'" + name + "' is no text but " + node);
        }
        return node.textValue();
    }

    private static Number number(String name, JsonNode node) {
        if (!node.isNumber()) {
            throw new IllegalArgumentException("'" + name + "' is no number but " + node);
        }
        return node.numberValue();
    }
}
