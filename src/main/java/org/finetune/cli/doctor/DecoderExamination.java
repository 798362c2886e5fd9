package org.finetune.cli.doctor;

import java.util.List;
import org.finetune.FinetuneException;
import org.finetune.data.decode.process.NativeDecoder;

/** Whether the decoder process starts. */
final class DecoderExamination implements Examination {
    private static final String SUBJECT = "Decoder";

    @Override
    public List<Diagnosis> examine() {
        try {
            NativeDecoder.INSTANCE.start();
            return List.of(Diagnosis.ok(SUBJECT, "the decoder process starts"));
        } catch (FinetuneException e) {
            return List.of(Diagnosis.bad(
                    SUBJECT,
                    e.getMessage(),
                    "It needs /bin/sh, " + System.getProperty("java.home")
                            + "/bin/java, and 60 MiB of memory; a limit on processes ('ulimit -u') may prevent it."));
        }
    }
}
