package org.finetune.report;

import java.util.List;
import org.finetune.compare.ComparisonTables;
import org.finetune.report.plot.PlotFiles;

/**
 * What the page of {@code finetune compare --html} shows.
 *
 * @param title of the page
 * @param date when it was made
 * @param letters that stand for the runs
 * @param runs the directory of each run
 * @param sentences what the tests say
 * @param settings those that differ
 * @param figures of the kept models
 * @param classes F1 of each class
 * @param loss plot of the validation loss, or null if there is none
 * @param accuracy plot of the validation accuracy, or null if there is none
 */
public record ComparisonPage(
        String title,
        String date,
        List<String> letters,
        List<String> runs,
        List<String> sentences,
        List<ComparisonTables.Row> settings,
        List<ComparisonTables.Row> figures,
        List<ComparisonTables.Row> classes,
        PlotFiles.Images loss,
        PlotFiles.Images accuracy) {}
