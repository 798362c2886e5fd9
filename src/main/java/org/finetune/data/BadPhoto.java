package org.finetune.data;

import java.nio.file.Path;

/**
 * A file or directory that cannot be used.
 *
 * @param path the file or directory
 * @param reason a few words without the path, such as "permission denied"
 */
public record BadPhoto(Path path, String reason) {}
