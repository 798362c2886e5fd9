package org.finetune.benchmark;

import static org.finetune.benchmark.MarkdownTable.cell;
import static org.finetune.benchmark.MarkdownTable.ratio;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** Prints the results of {@code scripts/benchmark} as Markdown and writes all of them as JSON. */
public final class BenchmarkReport {
    /** Floating-point operations of the base at alpha 1.0 and 224 px: twice the 300 million multiply-adds. */
    private static final double BASE_OPERATIONS = 2 * 300e6;

    private static final double[] ALPHAS = {0.35, 1.0};
    private static final int[] SIZES = {96, 224};
    private static final int[] PHOTO_WIDTHS = {320, 4032};

    private final Measurements results;
    private final PrintStream out;

    private BenchmarkReport(Measurements results, PrintStream out) {
        this.results = results;
        this.out = out;
    }

    /**
     * Reports.
     *
     * @param arguments the directory with the results, the name of the JSON file that is written there and that the last such
     *     run has left, and pairs of a name and a value that describe the machine
     */
    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[0]);
        Map<String, String> machine = new LinkedHashMap<>();
        for (int i = 2; i + 1 < arguments.length; i += 2) {
            machine.put(arguments[i], arguments[i + 1]);
        }
        Measurements results = Measurements.read(directory);
        Path json = directory.resolve(arguments[1]);
        Optional<Slowdowns> slowdowns = Slowdowns.since(json);
        new ObjectMapper()
                .writerWithDefaultPrettyPrinter()
                .writeValue(json.toFile(), Map.of("machine", machine, "measurements", results.all()));
        BenchmarkReport report = new BenchmarkReport(results, System.out);
        report.engine();
        report.limits();
        report.busyMachine();
        report.photos();
        report.wholeRuns();
        new RunTimings(directory).print(System.out);
        report.prediction();
        report.serving();
        report.memory();
        new WaitingTimes(results).print(System.out);
        new ThreadSweep(results).print(System.out);
        new PhotoSweep(results).print(directory, System.out);
        slowdowns.ifPresent(then -> then.print(results.all(), System.out));
    }

    private void engine() {
        MarkdownTable table =
                new MarkdownTable("ms an image, batches of 32", "alpha", "px", "finetune", "PyTorch", "ratio");
        for (String work : new String[] {"frozenBase", "trainingStep"}) {
            for (double alpha : ALPHAS) {
                for (int size : SIZES) {
                    OptionalDouble own = results.find(work, "finetune", alpha, size);
                    OptionalDouble theirs = results.find(work, "pytorch", alpha, size);
                    if (own.isPresent()) {
                        table.row(
                                work.equals("frozenBase") ? "frozen base, forward" : "training step, last 20 layers",
                                Double.toString(alpha),
                                Integer.toString(size),
                                cell("%.3f", own),
                                cell("%.3f", theirs),
                                ratio("%.2f", own, theirs));
                    }
                }
            }
        }
        table.print(out);
    }

    private void limits() {
        OptionalDouble fast = results.find("frozenBase", "finetune", 1.0, 96);
        OptionalDouble stock = results.find("stockGraph", "deeplearning4j", 1.0, 96);
        if (fast.isPresent() && stock.isPresent()) {
            out.println();
            out.printf(
                    "Deeplearning4j's own layers take %s ms an image at alpha 1.0 and 96 px, %s times as long.%n",
                    cell("%.1f", stock), ratio("%.0f", stock, fast));
        }
        OptionalDouble large = results.find("frozenBase", "finetune", 1.0, 224);
        OptionalDouble product = results.find("matrixProduct", "nd4j", 0, 2048);
        if (large.isPresent() && product.isPresent()) {
            OptionalDouble reached = OptionalDouble.of(BASE_OPERATIONS / large.getAsDouble() / 1e6);
            out.printf(
                    "The frozen base at alpha 1.0 and 224 px does %s GFLOP/s, a product of two 2048 x 2048 matrices %s.%n",
                    cell("%.0f", reached), cell("%.0f", product));
        }
    }

    private void busyMachine() {
        MarkdownTable table = new MarkdownTable(
                "OMP_WAIT_POLICY", "base alone", "step alone", "base beside two programs", "step beside two programs");
        for (String policy : new String[] {"passive", "active"}) {
            String idle = policy.equals("passive") ? "" : "idle, active";
            String busy = "busy, " + policy;
            if (results.find("frozenBase", "finetune", busy, 1.0, 96).isPresent()) {
                table.row(
                        policy,
                        cell("%.2f", results.find("frozenBase", "finetune", idle, 1.0, 96)),
                        cell("%.2f", results.find("trainingStep", "finetune", idle, 1.0, 96)),
                        cell("%.2f", results.find("frozenBase", "finetune", busy, 1.0, 96)),
                        cell("%.2f", results.find("trainingStep", "finetune", busy, 1.0, 96)));
            }
        }
        table.print(out);
    }

    private void photos() {
        MarkdownTable table = new MarkdownTable(
                "ms of a core for a JPEG photo", "read", "SHA-256", "check", "decode", "resize and hash", "in all");
        for (int width : PHOTO_WIDTHS) {
            OptionalDouble input = results.find("photoInput", "finetune", 0, width);
            if (input.isPresent()) {
                double read = photo("photoRead", width);
                double hash = photo("photoHash", width);
                double check = photo("photoCheck", width);
                double decode = photo("photoDecode", width);
                table.row(
                        width + " x " + width * 3 / 4,
                        milliseconds(read),
                        milliseconds(hash),
                        milliseconds(check),
                        milliseconds(decode),
                        milliseconds(input.getAsDouble() - check - decode),
                        milliseconds(read + hash + input.getAsDouble()));
            }
        }
        table.print(out);
    }

    private double photo(String work, int width) {
        return results.find(work, "finetune", 0, width).orElse(Double.NaN);
    }

    private static String milliseconds(double value) {
        return cell("%.2f", OptionalDouble.of(value));
    }

    private void wholeRuns() {
        MarkdownTable table = new MarkdownTable(
                "whole process, 3 + 2 epochs, s",
                "alpha",
                "px",
                "finetune",
                "PyTorch, its memory kept",
                "ratio",
                "PyTorch, as it comes",
                "ratio");
        for (Measurement run : results.all()) {
            if (run.work().equals("train") && run.by().equals("finetune")) {
                if (run.conditions().equals("augment none")) {
                    row(table, run, "beside the whole network in every epoch", "whole");
                    row(table, run, "beside both phases cached", "cached");
                } else {
                    row(table, run, run.conditions(), "");
                }
            }
        }
        table.print(out);
    }

    private void row(MarkdownTable table, Measurement run, String title, String how) {
        OptionalDouble own = OptionalDouble.of(run.value());
        OptionalDouble kept = results.find("train", "pytorch", how, run.alpha(), run.size());
        OptionalDouble plain = results.find("train", "pytorch", how + ", as it comes", run.alpha(), run.size());
        table.row(
                title,
                Double.toString(run.alpha()),
                Integer.toString(run.size()),
                cell("%.1f", own),
                cell("%.1f", kept),
                ratio("%.2f", own, kept),
                cell("%.1f", plain),
                ratio("%.2f", own, plain));
    }

    private void prediction() {
        OptionalDouble one = results.find("predict", "finetune", "1 photo", 1.0, 224);
        MarkdownTable table = new MarkdownTable(
                "predict, alpha 1.0 at 224 px", "s", "ms a further photo", "of the base's ms an image");
        for (Measurement run : results.all()) {
            if (run.work().equals("predict")) {
                int photos = Integer.parseInt(run.conditions().split(" ")[0]);
                OptionalDouble further = photos > 1 && one.isPresent()
                        ? OptionalDouble.of((run.value() - one.getAsDouble()) * 1000 / (photos - 1))
                        : OptionalDouble.empty();
                table.row(
                        run.conditions(),
                        cell("%.2f", OptionalDouble.of(run.value())),
                        cell("%.2f", further),
                        ratio("%.2f", further, results.find("frozenBase", "finetune", 1.0, 224)));
            }
        }
        table.print(out);
    }

    private void serving() {
        MarkdownTable table = new MarkdownTable(
                "serve, alpha 1.0 at 224 px", "measured", "in predict", "ratio", "goal", "in ONNX Runtime");
        OptionalDouble one = results.find("predict", "finetune", "1 photo", 1.0, 224);
        OptionalDouble all = results.find("predict", "finetune", "1000 photos", 1.0, 224);
        OptionalDouble further = one.isPresent() && all.isPresent()
                ? OptionalDouble.of((all.getAsDouble() - one.getAsDouble()) * 1000 / 999)
                : OptionalDouble.empty();
        OptionalDouble single = serve("finetune", "1 connections, latency");
        if (single.isPresent()) {
            OptionalDouble each = serve("finetune", "16 connections, each");
            table.row(
                    "photos a second, 16 connections",
                    cell("%.0f", perSecond(each)),
                    cell("%.0f", perSecond(further)),
                    ratio("%.2f", further, each),
                    "at least 0.9",
                    cell("%.0f", perSecond(serve("onnxruntime", "16 connections, each"))));
            table.row(
                    "ms a photo, median of a single client",
                    cell("%.1f", single),
                    cell("%.1f", further),
                    ratio("%.2f", single, further),
                    "at most 1.3",
                    cell("%.1f", serve("onnxruntime", "1 connections, latency")));
            table.row(
                    "s, start until ready",
                    cell("%.2f", serve("finetune", "start")),
                    cell("%.2f", one),
                    "",
                    "below 1.5 s",
                    cell("%.2f", serve("onnxruntime", "start")));
        }
        table.print(out);
    }

    private OptionalDouble serve(String by, String conditions) {
        return results.find("serve", by, conditions, 1.0, 224);
    }

    private static OptionalDouble perSecond(OptionalDouble milliseconds) {
        return milliseconds.isPresent() ? OptionalDouble.of(1000 / milliseconds.getAsDouble()) : milliseconds;
    }

    private void memory() {
        for (Measurement run : results.all()) {
            if (run.work().equals("memory")) {
                out.println();
                out.printf(
                        "Training on %s, alpha %s at %d px, with a heap of 1 GiB took at most %s MiB of memory in all.%n",
                        run.conditions(), run.alpha(), run.size(), cell("%.0f", OptionalDouble.of(run.value())));
            }
        }
    }
}
