package org.finetune.cli.output;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.finetune.ShellWord;
import org.finetune.cli.terminal.Terminal;
import org.finetune.cli.terminal.TextPlot;
import org.finetune.settings.LearningRates;
import org.finetune.settings.Setting;
import org.finetune.train.Phase;
import org.finetune.tune.RateFinding;
import org.finetune.tune.RateSuggestion;

/** The result of {@code finetune find-lr}. */
public final class FindLrReport {
    private static final int PLOT_COLUMNS = 76;
    private static final int PLOT_LINES = 10;
    private static final int DIGITS = 2;

    private final List<RateFinding> findings;
    private final List<String> options;
    private final Console console;
    private final PrintWriter out;

    /**
     * Reports what was found.
     *
     * @param options words of a command line that give {@code train} the other settings of the tests
     */
    public FindLrReport(List<RateFinding> findings, List<String> options, Console console) {
        this.findings = findings;
        this.options = options;
        this.console = console;
        this.out = console.out();
    }

    public void printText() {
        if (console.errTerminal().present()) {
            console.text("");
        }
        findings.forEach(this::printText);
        Stream<String> words = options.stream().map(ShellWord::of);
        console.text("Next: finetune train "
                + Stream.concat(words, findings.stream().map(FindLrReport::suggested))
                        .collect(Collectors.joining(" ")));
        out.flush();
    }

    private void printText(RateFinding finding) {
        RateSuggestion suggestion = finding.suggestion();
        console.heading(
                finding.phase().label(),
                ": smoothed loss by learning rate, " + finding.points().size() + " steps");
        plot(finding).forEach(out::println);
        out.println();
        console.result("Suggested", suggested(finding), "");
        console.result(
                "Valley",
                "",
                format(
                        "%s to %s, where the loss falls by %.0f%%",
                        rate(suggestion.from()), rate(suggestion.to()), 100 * suggestion.fall()));
        out.println();
        if (!suggestion.isClear()) {
            console.warning("the loss hardly decreases at any learning rate in phase "
                    + finding.phase().label() + ", so the suggestion is unreliable; try more --steps");
        }
    }

    private List<String> plot(RateFinding finding) {
        if (finding.points().size() < 2) {
            return List.of();
        }
        Terminal terminal = console.outTerminal();
        return new TextPlot(Math.min(PLOT_COLUMNS, terminal.columns().getAsInt()), PLOT_LINES, terminal.unicode())
                .draw(
                        finding.rates(),
                        finding.smoothed(),
                        finding.top(),
                        finding.suggestion().learningRate());
    }

    /** The learning rate of a phase. */
    public static Setting<Optional<Double>> setting(Phase phase) {
        return phase.isHead() ? Setting.HEAD_LR : Setting.LR;
    }

    /** The suggestion as an option of {@code train}, such as "--lr 9.3e-5". */
    public static String suggested(RateFinding finding) {
        return setting(finding.phase()).option() + " "
                + rate(finding.suggestion().learningRate());
    }

    private static String rate(double rate) {
        return LearningRates.text(rate, DIGITS);
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    public void printJson() {
        Map<String, Object> result = new LinkedHashMap<>();
        for (RateFinding finding : findings) {
            Map<String, Object> phase = new LinkedHashMap<>();
            phase.put("suggested", finding.suggestion().learningRate());
            phase.put("clear", finding.suggestion().isClear());
            phase.put(
                    "valley",
                    List.of(finding.suggestion().from(), finding.suggestion().to()));
            phase.put("fall", finding.suggestion().fall());
            phase.put("diverged", finding.diverged());
            List<Object> steps = new ArrayList<>(finding.points());
            phase.put("steps", steps);
            result.put(finding.phase().label(), phase);
        }
        try {
            out.println(new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(result));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Figures that are no JSON: " + result, e);
        }
        out.flush();
    }
}
