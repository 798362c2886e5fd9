package org.finetune.engine.cuda;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.Pointer;
import org.finetune.backend.PixelType;
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
 * are computed, the next are copied to it, as bytes, which the device scales.
 */
final class CudaBase implements FrozenBase {
    /** Pixels of the images that run at a time: more would not make the kernels faster. */
    private static final long PIXELS = 64L * 224 * 224;
    /** Stands for the images among the numbers of buffers. */
    private static final int IMAGES = -1;

    private static final int TURNS = 2;
    /** Part of the free memory that is left to others. */
    private static final int LEFT = 8;

    private final CudaContext context;
    private final int batchSize;
    private final String inputLayer;
    private final FeatureShape shape;
    private final long valuesOfImage;
    private final CudaStream computing;
    private final CudaStream copying;
    private final Operations operations;
    private final HostBytes pixels;
    private final Map<String, HostArray> outputs = new LinkedHashMap<>();
    private final DeviceArrays parameters;
    private final List<Placed> steps = new ArrayList<>();
    /** Where the bytes of images are, of which every other part has its own. */
    private final List<Turn> turns = new ArrayList<>();

    /** The images as float32, if they are given or wanted so. */
    private HostArray input;

    private boolean inPixels;
    private DeviceArrays activations;
    private DeviceArray images;
    private List<DeviceArray> buffers = List.of();
    private int atATime;

    /** A step, and the numbers of the buffers that it reads and writes. */
    private record Placed(Step step, DeviceConvolution convolution, int x, int entry, int y) {}

    /** Room for the bytes of images, with the points at which they have come and have been read. */
    private record Turn(DeviceArray pixels, CudaEvent come, CudaEvent read) {}

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
        this.shape = architecture.layer(inputLayer).outputShape();
        this.valuesOfImage = shape.length();
        this.pixels = new HostBytes(context, batchSize * valuesOfImage);
        try {
            for (String layer : wanted) {
                outputs.put(
                        layer,
                        new HostArray(
                                context, architecture.layer(layer).outputShape().batch(batchSize)));
            }
            input = outputs.get(inputLayer);
            BufferPlan plan =
                    place(Step.of(shape, FusedLayer.between(inputLayer, last(wanted), architecture)), weights);
            long most = Math.min(batchSize, PIXELS / ((long) shape.height() * shape.width()));
            allocate(plan, (int) Math.max(1, Math.min(most, fitting(plan))));
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

    /** Number of images for which the device has memory at the moment. */
    private long fitting(BufferPlan plan) {
        long bytes = (plan.length() + valuesOfImage) * Float.BYTES + TURNS * valuesOfImage;
        long free = context.freeMemory();
        return (free - free / LEFT) / bytes;
    }

    /** Takes room for some images at a time, or for fewer if others have taken the memory of the device. */
    private void allocate(BufferPlan plan, int count) {
        activations = new DeviceArrays(context);
        try {
            buffers = plan.allocate(activations, count);
            images = activations.take(valuesOfImage * count);
            for (int turn = 0; turn < TURNS; turn++) {
                turns.add(new Turn(
                        activations.takeBytes(valuesOfImage * count), new CudaEvent(context), new CudaEvent(context)));
            }
            atATime = count;
        } catch (DeviceMemoryException e) {
            closeActivations();
            if (count == 1) {
                throw e;
            }
            allocate(plan, count / 2);
        }
    }

    @Override
    public int batchSize() {
        return batchSize;
    }

    @Override
    public INDArray input() {
        inPixels = false;
        if (input == null) {
            input = new HostArray(context, shape.batch(batchSize));
        }
        return input.array();
    }

    @Override
    public PixelType pixels() {
        return inputLayer.equals(Architecture.INPUT) ? PixelType.UINT8 : PixelType.FLOAT32;
    }

    @Override
    public void load(Pointer given, int count) {
        if (pixels() == PixelType.FLOAT32) {
            FrozenBase.super.load(given, count);
            return;
        }
        pixels.copy(given, count * valuesOfImage);
        inPixels = true;
    }

    @Override
    public void run(int count) {
        context.use();
        int number = 0;
        for (int first = 0; first < count; first += atATime) {
            int some = Math.min(atATime, count - first);
            if (inPixels) {
                scale(turns.get(number % TURNS), first, some);
            } else {
                computing.upload(input.at(first * valuesOfImage), images.address(), some * valuesOfImage);
            }
            run(first, some);
            number++;
        }
        computing.synchronize();
    }

    private void scale(Turn turn, int first, int count) {
        copying.await(turn.read());
        copying.uploadBytes(pixels.at(first * valuesOfImage), turn.pixels().address(), count * valuesOfImage);
        copying.record(turn.come());
        computing.await(turn.come());
        operations.scale(turn.pixels().address(), images.address(), count * valuesOfImage);
        computing.record(turn.read());
        download(Architecture.INPUT, images.address(), first, count);
    }

    private void run(int first, int count) {
        for (Placed placed : steps) {
            Step step = placed.step();
            long y = address(placed.y());
            operations.forward(step, placed.convolution(), address(placed.x()), address(placed.entry()), y, count);
            download(step.output(), y, first, count);
        }
    }

    /** Copies what is wanted of some images. */
    private void download(String layer, long from, int first, int count) {
        HostArray output = outputs.get(layer);
        if (output != null) {
            long length = output.array().length() / batchSize;
            computing.download(from, output.at(first * length), count * length);
        }
    }

    private long address(int place) {
        return (place == IMAGES ? images : buffers.get(place)).address();
    }

    @Override
    public INDArray output(String layer) {
        return host(layer).array();
    }

    /** {@link #output} with its address. */
    HostArray host(String layer) {
        return outputs.get(layer);
    }

    @Override
    public void close() {
        copying.close();
        computing.close();
        closeActivations();
        parameters.close();
        outputs.values().forEach(HostArray::close);
        if (input != null && !outputs.containsValue(input)) {
            input.close();
        }
        pixels.close();
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
