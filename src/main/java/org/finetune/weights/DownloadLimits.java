package org.finetune.weights;

import java.time.Duration;

/**
 * How long a download waits, how often it tries, and how much it takes.
 *
 * @param connect longest time until there is a connection
 * @param stall longest time without an answer or another piece of it
 * @param pause time before the second try; it doubles with each further one
 * @param tries most tries
 * @param bytes largest file
 */
record DownloadLimits(Duration connect, Duration stall, Duration pause, int tries, long bytes) {
    static final DownloadLimits DEFAULT = new DownloadLimits(
            Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofSeconds(1), 3, KerasWeightsFile.MAX_BYTES);
    /** To find out soon whether there is a server at all. */
    static final DownloadLimits TRY =
            new DownloadLimits(Duration.ofSeconds(2), Duration.ofSeconds(3), Duration.ZERO, 1, 0);
}
