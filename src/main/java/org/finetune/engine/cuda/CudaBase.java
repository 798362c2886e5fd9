package org.finetune.engine.cuda;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.finetune.backend.cuda.CudaContext;
import org.finetune.backend.cuda.CudaEvent;
import org.finetune.backend.cuda.CudaStream;
import org.finetune.backend.cuda.DeviceArray;
import org.finetune.backend.cuda.DeviceArrays;
import org.finetune.backend.cuda.DeviceMemoryException;
import org.finetune.engine.FrozenBase;
import org.finetune.engine.OpProfile;
import org.finetune.engine.fused.FoldedKernel;
import org.finetune.engine.fused.FusedLayer;
import org.finetune.model.Architecture;
import org.finetune.model.FeatureShape;
import org.finetune.model.Weights;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The frozen part of the network on a GPU. A batch runs some images at a time, as the memory of the device allows; while these
 * are computed, the next are copied to it.
 */
final class CudaBase implements FrozenBase {
    /** Pixels of the images that run at a time: more would not make the kernels faster. */
    private static final long PIXELS = 64L * 224 * 224;
    /** Stands for the images among the numbers of buffers. */
    private static final int IMAGES = -1;

    private static final int TURNS = 2;

    private final CudaContext context;
    private final int batchSize;
    private final String inputLayer;
    private final long valuesOfImage;
    private final CudaStream computing;
    private final CudaStream copying;
    private final Operations operations;
    private final HostArray input;
    private final Map<String, HostArray> outputs = new LinkedHashMap<>();
    private final DeviceArrays parameters;
    private final List<Placed> steps = new ArrayList<>();
    /** Where images are, of which every other part has its own. */
    private final List<Turn> turns = new ArrayList<>();

    private DeviceArrays activations;
    private List<DeviceArray> buffers = List.of();
    private int atATime;

    /** A step, and the numbers of the buffers that it reads and writes. */
    private record Placed(Step step, DeviceConvolution convolution, int x, int entry, int y) {}

    /** Room for images, with the points at which they have come and have been read. */
    private record Turn(DeviceArray images, CudaEvent come, CudaEvent read) {}

    /**
     * Lays out the layers from an input to the last wanted output.
     *
     * @param inputLayer the layer whose output is the input: that of the images, or the end of a block
     * @param wanted layers whose outputs are kept, in network order: the input, ends of blocks, the last activation or the
     *     pooling
     */
    CudaBase(
            Kernels kernels,
            Architecture architecture,
            Weights weights,
            String inputLayer,
            List<String> wanted,
            int batchSize,
            OpProfile profile) {
        this.context = kernels.context();
        this.inputLayer = inputLayer;
        this.batchSize = batchSize;
        this.computing = new CudaStream(context);
        this.copying = new CudaStream(context);
        this.operations = new Operations(kernels, computing, profile);
        this.parameters = new DeviceArrays(context);
        FeatureShape shape = architecture.layer(inputLayer).outputShape();
        this.valuesOfImage = shape.length();
        this.input = new HostArray(context, shape.batch(batchSize));
        try {
            for (String layer : wanted) {
                if (!layer.equals(inputLayer)) {
                    outputs.put(
                            layer,
                            new HostArray(
                                    context,
                                    architecture.layer(layer).outputShape().batch(batchSize)));
                }
            }
            BufferPlan plan =
                    place(Step.of(shape, FusedLayer.between(inputLayer, last(wanted), architecture)), weights);
            long pixels = (long) shape.height() * shape.width();
            allocate(plan, (int) Math.max(1, Math.min(batchSize, PIXELS / pixels)));
        } catch (RuntimeException | OutOfMemoryError e) {
            close();
            throw e;
        }
    }

    private static String last(List<String> wanted) {
        return wanted.get(wanted.size() - 1);
    }

    private BufferPlan place(List<Step> all, Weights weights) {
        Map<String, Integer> lastReader = new HashMap<>();
        for (int index = 0; index < all.size(); index++) {
            lastReader.put(all.get(index).input(), index);
            int reader = index;
            all.get(index).entry().ifPresent(entry -> lastReader.put(entry, reader));
        }
        BufferPlan plan = new BufferPlan();
        Map<String, Integer> places = new HashMap<>(Map.of(inputLayer, IMAGES));
        for (int index = 0; index < all.size(); index++) {
            Step step = all.get(index);
            int y = plan.take(step.out().length());
            DeviceConvolution convolution = step.convolution()
                    .map(layer -> DeviceConvolution.of(FoldedKernel.of(layer, weights), parameters, computing))
                    .orElse(null);
            steps.add(new Placed(
                    step,
                    convolution,
                    places.get(step.input()),
                    step.entry().map(places::get).orElse(y),
                    y));
            places.put(step.output(), y);
            int reader = index;
            places.forEach((layer, place) -> {
                if (place != IMAGES && lastReader.getOrDefault(layer, -1) == reader) {
                    plan.give(place);
                }
            });
        }
        return plan;
    }

    /** Takes room for some images at a time, or for fewer where the device has too little memory. */
    private void allocate(BufferPlan plan, int images) {
        activations = new DeviceArrays(context);
        try {
            buffers = plan.allocate(activations, images);
            for (int turn = 0; turn < TURNS; turn++) {
                turns.add(new Turn(
                        activations.take(valuesOfImage * images), new CudaEvent(context), new CudaEvent(context)));
            }
            atATime = images;
        } catch (DeviceMemoryException e) {
            closeActivations();
            if (images == 1) {
                throw e;
            }
            allocate(plan, images / 2);
        }
    }

    @Override
    public int batchSize() {
        return batchSize;
    }

    @Override
    public INDArray input() {
        return input.array();
    }

    @Override
    public void run(int images) {
        if (steps.isEmpty()) {
            return;
        }
        context.use();
        int number = 0;
        for (int first = 0; first < images; first += atATime) {
            run(turns.get(number % TURNS), first, Math.min(atATime, images - first));
            number++;
        }
        computing.synchronize();
    }

    private void run(Turn turn, int first, int count) {
        copying.await(turn.read());
        copying.upload(input.at(first * valuesOfImage), turn.images().address(), count * valuesOfImage);
        copying.record(turn.come());
        computing.await(turn.come());
        for (Placed placed : steps) {
            Step step = placed.step();
            long y = address(placed.y(), turn);
            operations.forward(
                    step, placed.convolution(), address(placed.x(), turn), address(placed.entry(), turn), y, count);
            if (placed.x() == IMAGES || placed.entry() == IMAGES) {
                computing.record(turn.read());
            }
            HostArray output = outputs.get(step.output());
            if (output != null) {
                long length = step.out().length();
                computing.download(y, output.at(first * length), count * length);
            }
        }
    }

    private long address(int place, Turn turn) {
        return (place == IMAGES ? turn.images() : buffers.get(place)).address();
    }

    @Override
    public INDArray output(String layer) {
        return host(layer).array();
    }

    /** {@link #output} with its address. */
    HostArray host(String layer) {
        return layer.equals(inputLayer) ? input : outputs.get(layer);
    }

    @Override
    public void close() {
        copying.close();
        computing.close();
        closeActivations();
        parameters.close();
        outputs.values().forEach(HostArray::close);
        input.close();
    }

    private void closeActivations() {
        for (Turn turn : turns) {
            turn.come().close();
            turn.read().close();
        }
        turns.clear();
        if (activations != null) {
            activations.close();
        }
    }
}
