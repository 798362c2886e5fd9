package org.finetune.cli;

/** Writes predictions one after the other, each as soon as it is there. */
interface PredictionWriter {

    void write(Prediction prediction);
}
