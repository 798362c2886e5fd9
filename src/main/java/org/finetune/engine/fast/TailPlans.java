package org.finetune.engine.fast;

import java.util.ArrayList;
import java.util.List;
import org.finetune.backend.HostMemory;
import org.finetune.backend.ThreadLimit;
import org.finetune.engine.OpProfile;
import org.finetune.engine.TailSettings;
import org.finetune.model.Architecture;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Forward and backward pass of a tail for a fixed number of examples. The members of a team run the layers, each on a part
 * of the examples; the head runs on all of them.
 */
final class TailPlans implements AutoCloseable {
    private final ThreadTeam team;
    private final List<TailPart> parts = new ArrayList<>();
    private final Plan trainingHead;
    private final Plan inferenceHead;
    private final List<Plan> unfolds;
    private final SoftmaxHead head;
    private final Activation pooled;

    /**
     * Lays the passes out.
     *
     * @param input output of the cut
     */
    TailPlans(
            TailLayers layers,
            ThreadTeam team,
            Activation input,
            TailSettings settings,
            TailPools pools,
            OpProfile profile) {
        this.team = team;
        this.trainingHead = new Plan(profile);
        this.inferenceHead = new Plan(profile);
        int images = input.images();
        this.pooled = layers.isEmpty() ? input : Activation.take(pools.common(), images, layers.outputShape());
        Activation gPooled = layers.influenced(Architecture.POOLING)
                ? Activation.take(pools.common(), images, pooled.shape())
                : null;
        TailPart.Ends ends = new TailPart.Ends(input, pooled, gPooled);
        int count = layers.isEmpty() ? 0 : Math.min(team.members(), images);
        for (int part = 0; part < count; part++) {
            int first = images * part / count;
            int length = images * (part + 1) / count - first;
            parts.add(new TailPart(layers, part, ends.slice(first, length), pools.of(part), profile));
        }
        this.head = new SoftmaxHead(pooled.rows(), layers.parameters(), settings);
        head.addForward(trainingHead, true);
        head.addForward(inferenceHead, false);
        head.addBackward(trainingHead, gPooled == null ? null : gPooled.rows());
        this.unfolds =
                layers.share(team.members(), profile, (convolution, plan) -> convolution.addUnfold(plan, parts.size()));
    }

    /** Probabilities without dropout. */
    void predict() {
        team.run(parts.stream().map(TailPart::forward).toList());
        runHead(inferenceHead);
    }

    /** Pooled features by image. */
    float[] features() {
        team.run(parts.stream().map(TailPart::forward).toList());
        return HostMemory.values(pooled.rows());
    }

    /** Forward under dropout, then backward; returns the mean cross-entropy. */
    double gradients(int[] labels, long seed) {
        head.setLabels(labels);
        head.drawMask(seed);
        team.run(parts.stream().map(TailPart::forward).toList());
        runHead(trainingHead);
        team.run(parts.stream().map(TailPart::backward).toList());
        team.run(unfolds);
        return head.loss();
    }

    /** Its products are too small for several threads: waking them takes longer than the work. */
    private static void runHead(Plan head) {
        try (ThreadLimit limit = ThreadLimit.begin(1)) {
            head.run();
        }
    }

    INDArray probabilities() {
        return head.probabilities();
    }

    @Override
    public void close() {
        parts.forEach(TailPart::close);
        unfolds.forEach(Plan::close);
        trainingHead.close();
        inferenceHead.close();
        head.close();
    }
}
