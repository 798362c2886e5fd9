package org.finetune.testing;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** Runs tests without Maven. */
public final class RunTests {
    private RunTests() {}

    /**
     * Runs classes, prints how many of their tests succeeded, and exits with 1 unless all did.
     *
     * @param arguments names of the classes
     */
    public static void main(String[] arguments) {
        List<? extends DiscoverySelector> classes =
                Arrays.stream(arguments).map(name -> selectClass(name)).toList();
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(classes)
                                .build(),
                        listener);
        TestExecutionSummary summary = listener.getSummary();
        if (summary.getTotalFailureCount() > 0) {
            summary.printFailuresTo(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
        }
        System.out.println(summary.getTestsSucceededCount() + " tests succeeded, " + summary.getTestsFailedCount()
                + " failed, " + summary.getTestsSkippedCount() + " skipped");
        System.exit(summary.getTotalFailureCount() == 0 && summary.getTestsSucceededCount() > 0 ? 0 : 1);
    }
}
