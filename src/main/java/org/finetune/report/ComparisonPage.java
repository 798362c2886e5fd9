package org.finetune.report;

import java.util.List;
import java.util.Optional;
import org.finetune.compare.ComparisonTables;

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
 * @param curves plots of validation loss and accuracy; empty if no run has trained an epoch
 */
record ComparisonPage(
        String title,
        String date,
        List<String> letters,
        List<String> runs,
        List<String> sentences,
        List<ComparisonTables.Row> settings,
        List<ComparisonTables.Row> figures,
        List<ComparisonTables.Row> classes,
        Optional<ReportPage.Curves> curves) {}
