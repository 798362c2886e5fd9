package org.finetune.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.finetune.engine.TailState;
import org.finetune.metrics.ClassificationMetrics;
import org.finetune.metrics.MetricsCollector;
import org.finetune.train.checkpoint.Snapshot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Descriptions of checkpoints that are behind a right checksum. */
class CheckpointTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void snapshotIsReadBack() throws Exception {
        Checkpoint checkpoint = checkpoint();
        Checkpoint read = Checkpoint.of(checkpoint.toSnapshot());
        assertEquals(checkpoint.phase(), read.phase());
        assertEquals(checkpoint.history(), read.history());
        assertEquals(checkpoint.restarts(), read.restarts());
        assertEquals(checkpoint.fitting(), read.fitting());
        assertEquals(2, read.finished().size());
        assertArrayEquals(
                checkpoint.finished().get(1).parameters(),
                read.finished().get(1).parameters());
        assertEquals(0.25, read.finished().get(1).trainLoss());
        assertEquals(
                checkpoint.progress().best().orElseThrow().trainLoss(),
                read.progress().best().orElseThrow().trainLoss());
        assertEquals(checkpoint.seconds(), read.seconds());
        assertEquals(checkpoint.progress().epoch(), read.progress().epoch());
        assertArrayEquals(
                checkpoint.progress().tail().moments(), read.progress().tail().moments());
        assertEquals(
                checkpoint.progress().best().orElseThrow().validation().classes(),
                read.progress().best().orElseThrow().validation().classes());
    }

    @ParameterizedTest
    @ValueSource(strings = {"phase", "sums", "history", "seconds", "best", "finished", "epoch", "format"})
    void whatLacksSomethingIsRefused(String missing) throws Exception {
        Snapshot snapshot = checkpoint().toSnapshot();
        ObjectNode description = (ObjectNode) JSON.readTree(snapshot.description());
        description.remove(missing);
        assertRefused(description, snapshot.arrays());
    }

    @ParameterizedTest
    @CsvSource({
        "phase, {\"number\": 1; \"label\": \"fine-tune\"}",
        "finished, [null; null]",
        "epoch, 1",
        "epoch, -3",
        "restarts, -1",
        "history, [null]",
        "seconds, {\"head\": null}",
        "sums, 7"
    })
    void whatContradictsItselfIsRefused(String name, String value) throws Exception {
        Snapshot snapshot = checkpoint().toSnapshot();
        ObjectNode description = (ObjectNode) JSON.readTree(snapshot.description());
        description.set(name, JSON.readTree(value.replace(';', ',')));
        assertRefused(description, snapshot.arrays());
    }

    @ParameterizedTest
    @ValueSource(strings = {"parameters", "moments", "best", "finished-0", "finished-1"})
    void whatLacksAnArrayIsRefused(String missing) throws Exception {
        Snapshot snapshot = checkpoint().toSnapshot();
        Map<String, float[]> arrays = new HashMap<>(snapshot.arrays());
        arrays.remove(missing);
        assertRefused((ObjectNode) JSON.readTree(snapshot.description()), arrays);
    }

    private static void assertRefused(ObjectNode description, Map<String, float[]> arrays) throws IOException {
        Snapshot snapshot = new Snapshot(JSON.writeValueAsBytes(description), arrays);
        assertThrows(IOException.class, () -> Checkpoint.of(snapshot));
    }

    /** In the third epoch of the second stage of phase 2. */
    private static Checkpoint checkpoint() {
        MetricsCollector collector = new MetricsCollector(List.of("a", "b"));
        collector.add(new float[] {0.25f, 0.75f}, 1);
        ClassificationMetrics figures = collector.metrics();
        BestEpoch best = new BestEpoch(figures, 0.5, new float[] {1, 2, 3}, 1);
        TailState tail = new TailState(new float[] {4, 5, 6}, new float[] {1, 2, 3, 4, 5, 6}, 4);
        return new Checkpoint(
                Phase.stage(2, "60"),
                new PhaseProgress(3, 8, 1.5, collector.sums(), tail, Optional.of(best)),
                List.of(best, new BestEpoch(figures, 0.25, new float[] {7}, 0)),
                2,
                Optional.of(new FittingStages(List.of(new FittingStages.Stage(20, 3)), 4.5)),
                List.of(new EpochResult(Phase.HEAD, 1, 1e-3, 0.5, 0.75, 0.25, 1, 0.125, true)),
                Map.of("head", 1.25));
    }
}
