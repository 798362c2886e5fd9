package org.finetune.cli.doctor;

import java.util.List;
import org.finetune.FinetuneException;
import org.finetune.data.nativedecoder.NativeDecoder;

/** Whether the process that decodes photos starts. */
final class DecoderExamination implements Examination {
    private static final String SUBJECT = "Decoder";

    @Override
    public List<Finding> examine() {
        try {
            NativeDecoder.INSTANCE.start();
            return List.of(Finding.ok(SUBJECT, "the process that decodes photos starts"));
        } catch (FinetuneException e) {
            return List.of(Finding.bad(
                    SUBJECT,
                    e.getMessage(),
                    "It needs /bin/sh, " + System.getProperty("java.home")
                            + "/bin/java, and 60 MiB of memory; a limit on"
                            + " processes ('ulimit -u') may be in the way."));
        }
    }
}
