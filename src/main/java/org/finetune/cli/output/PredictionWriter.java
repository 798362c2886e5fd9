package org.finetune.cli.output;

/** Writes predictions one after the other, each as soon as it is there. */
public interface PredictionWriter {

    void write(PredictedPhoto prediction);
}
