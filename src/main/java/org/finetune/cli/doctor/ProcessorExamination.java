package org.finetune.cli.doctor;

import java.lang.management.ManagementFactory;
import java.util.List;

/** How many processors there are, and whether others use them. */
final class ProcessorExamination implements Examination {
    private static final String SUBJECT = "Processors";

    @Override
    public List<Diagnosis> examine() {
        int processors = Runtime.getRuntime().availableProcessors();
        String threads = System.getenv("OMP_NUM_THREADS");
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        String text = processors + " for this process, "
                + (threads == null ? "OMP_NUM_THREADS not set" : "OMP_NUM_THREADS=" + threads)
                + String.format(", load %.1f", load);
        if (load > processors) {
            return List.of(Diagnosis.warn(
                    SUBJECT,
                    text,
                    "Other programs are using the processors, which slows training; set --threads to the number "
                            + "of idle cores."));
        }
        return List.of(Diagnosis.ok(SUBJECT, text));
    }
}
