package org.finetune.cli;

/**
 * How sure a classifier is of a class.
 *
 * @param label name of the class
 * @param probability from 0 to 1
 */
record ClassProbability(String label, float probability) {}
