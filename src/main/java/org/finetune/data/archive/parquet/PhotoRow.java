package org.finetune.data.archive.parquet;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A row of a Parquet file.
 *
 * @param number counted from 0, as Hugging Face's library does
 * @param photo the content of the photo; nothing if the file has only its name
 * @param name what the photo was called, perhaps with directories; nothing if the file does not say
 * @param label name of the class; nothing for a photo without one
 */
public record PhotoRow(long number, Optional<ByteBuffer> photo, Optional<String> name, Optional<String> label) {}
