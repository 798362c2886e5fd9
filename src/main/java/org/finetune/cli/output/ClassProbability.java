package org.finetune.cli.output;

/**
 * How sure a classifier is of a class.
 *
 * @param label name of the class
 * @param probability from 0 to 1
 */
record ClassProbability(String label, float probability) {}
