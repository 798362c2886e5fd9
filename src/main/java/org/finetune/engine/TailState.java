package org.finetune.engine;

/**
 * All that training changes in a {@link TrainableTail}: another tail of the same network and settings that is given it
 * continues to the same bits.
 *
 * @param parameters the trained parameters, in the engine's own order
 * @param moments Adam's moments, in the engine's own order
 * @param step number of Adam steps taken
 */
public record TailState(float[] parameters, float[] moments, int step) {}
