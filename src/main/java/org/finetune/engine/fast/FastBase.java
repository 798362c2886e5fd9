package org.finetune.engine.fast;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.finetune.engine.FrozenBase;
import org.finetune.engine.OpProfile;
import org.finetune.engine.fused.FusedLayer;
import org.finetune.model.Architecture;
import org.finetune.model.Weights;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The frozen part of the network with the batch normalizations folded in: a plan for each member of a team, on its part of
 * the images.
 */
final class FastBase implements FrozenBase {
    private final int batchSize;
    private final BufferPool pool = new BufferPool();
    private final FrozenKernels kernels;
    private final Map<String, Activation> outputs = new HashMap<>();
    private final List<Part> parts = new ArrayList<>();
    private final INDArray input;
    private ThreadTeam team;

    /** What a member of the team runs. */
    private record Part(int first, Plan plan, BufferPool pool) {}

    /**
     * Lays out the layers from an input to the last wanted output.
     *
     * @param inputLayer the layer whose output is the input: that of the images, or the end of a block
     * @param wanted layers whose outputs are kept, in network order: the input, linear bottlenecks, the
     *     last activation or the pooling
     * @param profile where the time of each operation is added up
     */
    FastBase(
            Architecture architecture,
            Weights weights,
            String inputLayer,
            List<String> wanted,
            int batchSize,
            OpProfile profile) {
        this.batchSize = batchSize;
        this.kernels = new FrozenKernels(weights);
        try {
            Activation images = Activation.take(
                    pool, batchSize, architecture.layer(inputLayer).outputShape());
            this.input = images.nhwc();
            List<FusedLayer> layers = FusedLayer.between(inputLayer, wanted.get(wanted.size() - 1), architecture);
            Map<String, Activation> kept = new HashMap<>();
            for (String layer : wanted) {
                if (!layer.equals(inputLayer)) {
                    kept.put(
                            layer,
                            Activation.take(
                                    pool, batchSize, architecture.layer(layer).outputShape()));
                }
            }
            outputs.putAll(kept);
            outputs.put(inputLayer, images);
            addParts(batchSize, inputLayer, layers, images, kept, profile);
        } catch (RuntimeException | OutOfMemoryError e) {
            close();
            throw e;
        }
    }

    /** Where the memory is too small for a team, which is so with very large images, a single member does everything. */
    private void addParts(
            int most,
            String inputLayer,
            List<FusedLayer> layers,
            Activation images,
            Map<String, Activation> kept,
            OpProfile profile) {
        team = ThreadTeam.of(most);
        try {
            for (int member = 0; member < team.members(); member++) {
                addPart(member, inputLayer, layers, images, kept, profile);
            }
        } catch (OutOfMemoryError e) {
            if (team.members() == 1) {
                throw e;
            }
            closeParts();
            addParts(1, inputLayer, layers, images, kept, profile);
        }
    }

    private void addPart(
            int member,
            String inputLayer,
            List<FusedLayer> layers,
            Activation images,
            Map<String, Activation> kept,
            OpProfile profile) {
        int first = batchSize * member / team.members();
        int count = batchSize * (member + 1) / team.members() - first;
        Part part = new Part(first, new Plan(profile), pool.sibling());
        parts.add(part);
        FrozenLayout layout = new FrozenLayout(part.plan(), part.pool(), kernels, count, Segment.largest());
        Map<String, Activation> own = FrozenLayout.slices(kept, first, count);
        if (inputLayer.equals(Architecture.INPUT)) {
            layout.add(layers, images.slice(first, count), own);
        } else {
            layout.add(layers, inputLayer, images.slice(first, count), own);
        }
    }

    @Override
    public int batchSize() {
        return batchSize;
    }

    @Override
    public INDArray input() {
        return input;
    }

    @Override
    public void run(int images) {
        team.run(parts.stream()
                .filter(part -> part.first() < images)
                .map(Part::plan)
                .toList());
    }

    @Override
    public INDArray output(String layer) {
        return activation(layer).nhwc();
    }

    /** {@link #output} as an activation. */
    Activation activation(String layer) {
        return outputs.get(layer);
    }

    @Override
    public void close() {
        closeParts();
        kernels.close();
        pool.close();
    }

    private void closeParts() {
        if (team != null) {
            team.close();
        }
        for (Part part : parts) {
            part.plan().close();
            part.pool().close();
        }
        parts.clear();
    }
}
