package org.finetune.train.features;

import java.util.LinkedHashMap;
import java.util.Map;
import org.finetune.data.PipelineTimes;

/**
 * Where the time of filling the caches went, in nanoseconds.
 *
 * @param pipeline of the threads that decode, and of waiting for them
 * @param forward running the frozen part, in all threads together
 * @param keep storing its outputs
 */
public record FeatureTimes(PipelineTimes pipeline, long forward, long keep) {
    /** Nothing was computed. */
    public static final FeatureTimes NONE = new FeatureTimes(PipelineTimes.NONE, 0, 0);

    /** Seconds of the {@code decoders} and of the threads of the {@code network}, by what they did. */
    public Map<String, Map<String, Double>> toMap() {
        Map<String, Map<String, Double>> threads = new LinkedHashMap<>();
        threads.put("decoders", decoders());
        threads.put("network", network());
        return threads;
    }

    /** Seconds of the decoding threads, all together, by what they did. */
    public Map<String, Double> decoders() {
        Map<String, Double> seconds = new LinkedHashMap<>();
        seconds.put("read", pipeline.read() / 1e9);
        seconds.put("decode", pipeline.decode() / 1e9);
        seconds.put("resize", pipeline.resize() / 1e9);
        seconds.put("wait", pipeline.waitForBuffer() / 1e9);
        return seconds;
    }

    /** Seconds of the threads that run the network, all together, by what they did. */
    public Map<String, Double> network() {
        Map<String, Double> seconds = new LinkedHashMap<>();
        seconds.put("wait", pipeline.waitForBatch() / 1e9);
        seconds.put("forward", forward / 1e9);
        seconds.put("keep", keep / 1e9);
        return seconds;
    }
}
