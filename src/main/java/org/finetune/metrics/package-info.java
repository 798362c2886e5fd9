/** Accuracy, F1, confusion matrix, intervals, calibration. */
package org.finetune.metrics;
