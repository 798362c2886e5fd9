package org.finetune.engine.fast;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.finetune.engine.FrozenBase;
import org.finetune.engine.OpProfile;
import org.finetune.engine.fused.FrozenPart;
import org.finetune.engine.fused.FusedLayer;
import org.finetune.model.Architecture;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The frozen part of the network with the batch normalizations folded in: a plan for each member of a team, on its part of
 * the images.
 */
final class FastBase implements FrozenBase {
    private final FrozenPart frozen;
    private final OpProfile profile;
    private final BufferPool pool = new BufferPool();
    private final FrozenKernels kernels;
    private final Map<String, Activation> outputs = new HashMap<>();
    private final List<Part> parts = new ArrayList<>();
    private final INDArray input;
    private ThreadTeam team;

    /** What a member of the team runs. */
    private final class Part implements FrozenBase {
        private final int first;
        private final int count;
        private final Plan plan = new Plan(profile);
        private final BufferPool buffers = pool.sibling();
        /** By layer: views are made once, since that takes as long as copying from them. */
        private final Map<String, INDArray> arrays = new HashMap<>();

        /**
         * Part of a batch.
         *
         * @param first number of images before its own
         * @param count number of its images
         */
        Part(int first, int count) {
            this.first = first;
            this.count = count;
        }

        @Override
        public int batchSize() {
            return count;
        }

        @Override
        public INDArray input() {
            return output(frozen.input());
        }

        @Override
        public void run(int images) {
            team.run(plan);
        }

        @Override
        public INDArray output(String layer) {
            return arrays.computeIfAbsent(
                    layer, name -> activation(name).slice(first, count).nhwc());
        }

        @Override
        public void close() {
            // It is closed with the base.
        }

        private void free() {
            plan.close();
            buffers.close();
        }
    }

    /**
     * Lays the layers out.
     *
     * @param profile where the time of each operation is added up
     */
    FastBase(FrozenPart frozen, OpProfile profile) {
        this.frozen = frozen;
        this.profile = profile;
        this.kernels = new FrozenKernels(frozen.weights());
        try {
            Activation images = take(frozen.input());
            this.input = images.nhwc();
            Map<String, Activation> kept = new HashMap<>();
            for (String layer : frozen.outputs()) {
                if (!layer.equals(frozen.input())) {
                    kept.put(layer, take(layer));
                }
            }
            outputs.putAll(kept);
            outputs.put(frozen.input(), images);
            addParts(frozen.batchSize(), frozen.layers(), images, kept);
        } catch (RuntimeException | OutOfMemoryError e) {
            close();
            throw e;
        }
    }

    private Activation take(String layer) {
        return Activation.take(
                pool, frozen.batchSize(), frozen.architecture().layer(layer).outputShape());
    }

    /** Where the memory is too small for a team, which is so with very large images, a single member does everything. */
    private void addParts(int most, List<FusedLayer> layers, Activation images, Map<String, Activation> kept) {
        team = ThreadTeam.of(most);
        try {
            for (int member = 0; member < team.members(); member++) {
                addPart(member, layers, images, kept);
            }
        } catch (OutOfMemoryError e) {
            if (team.members() == 1) {
                throw e;
            }
            closeParts();
            addParts(1, layers, images, kept);
        }
    }

    private void addPart(int member, List<FusedLayer> layers, Activation images, Map<String, Activation> kept) {
        int first = frozen.batchSize() * member / team.members();
        int count = frozen.batchSize() * (member + 1) / team.members() - first;
        Part part = new Part(first, count);
        parts.add(part);
        FrozenLayout layout = new FrozenLayout(part.plan, part.buffers, kernels, count, Segment.largest());
        Map<String, Activation> own = FrozenLayout.slices(kept, first, count);
        if (frozen.input().equals(Architecture.INPUT)) {
            layout.add(layers, images.slice(first, count), own);
        } else {
            layout.add(layers, frozen.input(), images.slice(first, count), own);
        }
    }

    @Override
    public int batchSize() {
        return frozen.batchSize();
    }

    @Override
    public INDArray input() {
        return input;
    }

    @Override
    public void run(int images) {
        team.run(parts.stream()
                .filter(part -> part.first < images)
                .map(part -> part.plan)
                .toList());
    }

    @Override
    public List<? extends FrozenBase> parts() {
        return parts.size() > 1 && frozen.batchSize() % parts.size() == 0 ? List.copyOf(parts) : List.of(this);
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
        parts.forEach(Part::free);
        parts.clear();
    }
}
