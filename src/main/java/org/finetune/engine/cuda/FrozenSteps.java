package org.finetune.engine.cuda;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ObjLongConsumer;
import org.finetune.backend.cuda.DeviceArray;
import org.finetune.backend.cuda.DeviceArrays;
import org.finetune.engine.fused.FoldedKernel;
import org.finetune.engine.fused.FrozenPart;
import org.finetune.model.FeatureShape;

/** The layers of a frozen part on the device. A few buffers serve all activations. */
final class FrozenSteps {
    /** Stands for the input among the numbers of buffers. */
    private static final int INPUT = -1;

    private final Operations operations;
    private final BufferPlan plan = new BufferPlan();
    private final List<Placed> steps = new ArrayList<>();
    private List<DeviceArray> buffers = List.of();

    /** A step, and the numbers of the buffers that it reads and writes. Poolings have no convolution. */
    private record Placed(Step step, DeviceConvolution convolution, int x, int entry, int y) {}

    /**
     * Lays the layers out.
     *
     * @param work where they are computed, and where the parameters are
     */
    FrozenSteps(FrozenPart part, Workspace work) {
        this.operations = work.operations();
        FeatureShape shape = part.architecture().layer(part.input()).outputShape();
        List<Step> all = Step.of(shape, part.layers());
        Map<String, Integer> lastReader = lastReaders(all);
        Map<String, Integer> places = new HashMap<>(Map.of(part.input(), INPUT));
        for (int index = 0; index < all.size(); index++) {
            Step step = all.get(index);
            int y = plan.take(step.out().length());
            DeviceConvolution convolution = step.convolution()
                    .map(layer -> DeviceConvolution.of(FoldedKernel.of(layer, part.weights()), work))
                    .orElse(null);
            int entry = step.entry().map(places::get).orElse(y);
            steps.add(new Placed(step, convolution, places.get(step.input()), entry, y));
            places.put(step.output(), y);
            int reader = index;
            places.forEach((layer, place) -> {
                if (place != INPUT && lastReader.getOrDefault(layer, -1) == reader) {
                    plan.give(place);
                }
            });
        }
    }

    private static Map<String, Integer> lastReaders(List<Step> steps) {
        Map<String, Integer> last = new HashMap<>();
        for (int index = 0; index < steps.size(); index++) {
            int reader = index;
            last.put(steps.get(index).input(), reader);
            steps.get(index).entry().ifPresent(entry -> last.put(entry, reader));
        }
        return last;
    }

    /** Number of values of all buffers for an image. */
    long valuesOfImage() {
        return plan.length();
    }

    /** Takes the buffers for a number of images, in place of those taken before. */
    void allocate(DeviceArrays arrays, int images) {
        buffers = plan.allocate(arrays, images);
    }

    /**
     * Computes the layers.
     *
     * @param input address of the activations of the input
     * @param images number of images, at most that for which there are buffers
     * @param written is notified of each layer with the address of its output, which holds until the next layer
     */
    void forward(long input, int images, ObjLongConsumer<String> written) {
        for (Placed placed : steps) {
            Step step = placed.step();
            long y = address(placed.y(), input);
            operations.forward(
                    step, placed.convolution(), address(placed.x(), input), address(placed.entry(), input), y, images);
            written.accept(step.output(), y);
        }
    }

    private long address(int place, long input) {
        return place == INPUT ? input : buffers.get(place).address();
    }
}
