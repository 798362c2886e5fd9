package org.finetune.run.files;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.metrics.ClassificationMetrics;
import org.finetune.metrics.FoldStatistics;
import org.finetune.metrics.FoldStatistics.Spread;

/** {@code folds.json}: the metrics of each fold of a cross-validation, and their mean, spread and interval. */
public final class FoldFigures {
    private FoldFigures() {}

    /**
     * Writes or replaces the file.
     *
     * @throws FinetuneException with {@link ExitCode#DATA} if that is not possible
     */
    public static void write(Path file, FoldStatistics statistics) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("top1", spread(statistics.top1()));
        document.put("top5", spread(statistics.top5()));
        document.put("macro_f1", spread(statistics.macroF1()));
        document.put("loss", spread(statistics.loss()));
        List<Map<String, Object>> folds = new ArrayList<>();
        for (ClassificationMetrics metrics : statistics.folds()) {
            Map<String, Object> fold = new LinkedHashMap<>();
            fold.put("fold", folds.size() + 1);
            fold.put("images", metrics.images());
            fold.put("top1", metrics.top1());
            fold.put("top5", metrics.top5());
            fold.put("macro_f1", metrics.macroF1());
            fold.put("loss", metrics.loss());
            folds.add(fold);
        }
        document.put("folds", folds);
        JsonFile.write(file, document);
    }

    private static Map<String, Double> spread(Spread spread) {
        Map<String, Double> values = new LinkedHashMap<>();
        values.put("mean", spread.mean());
        values.put("deviation", spread.deviation());
        values.put("low", spread.low());
        values.put("high", spread.high());
        return values;
    }
}
