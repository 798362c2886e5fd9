package org.finetune.cli.doctor;

import java.util.List;

/** Which Java runs on what. The natives are those of one platform. */
final class JavaExamination implements Examination {
    private static final String SUBJECT = "Java";

    @Override
    public List<Diagnosis> examine() {
        String system = System.getProperty("os.name") + " " + System.getProperty("os.arch");
        String text = System.getProperty("java.version") + " (" + System.getProperty("java.vendor") + ") on " + system;
        if (!system.equals("Linux amd64")) {
            return List.of(Diagnosis.bad(
                    SUBJECT, text, "This build has native libraries for Linux on x86-64 only; run it there."));
        }
        return List.of(Diagnosis.ok(SUBJECT, text));
    }
}
