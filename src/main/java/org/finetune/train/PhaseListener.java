package org.finetune.train;

import java.util.function.Supplier;

/** Is told how a phase is trained, and can end it by throwing. The progress is copied when it is asked for. */
interface PhaseListener {

    /** An epoch is over; the progress is that at the beginning of the next. */
    void epochFinished(EpochResult result, Supplier<PhaseProgress> progress);

    /** A step, or the validation of a batch, is over. */
    void stepFinished(Supplier<PhaseProgress> progress);
}
