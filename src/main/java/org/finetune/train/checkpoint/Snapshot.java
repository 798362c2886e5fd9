package org.finetune.train.checkpoint;

import java.util.Map;

/**
 * What a checkpoint holds.
 *
 * @param description JSON in UTF-8
 * @param arrays numbers by name
 */
public record Snapshot(byte[] description, Map<String, float[]> arrays) {}
