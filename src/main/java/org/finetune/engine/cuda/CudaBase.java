package org.finetune.engine.cuda;

import java.util.ArrayList;
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
import org.finetune.engine.fused.FrozenPart;
import org.finetune.model.Architecture;
import org.finetune.model.FeatureShape;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The frozen part of the network on a GPU. A batch runs some images at a time, as the memory of the device allows; while these
 * are computed, the next are copied to it, as bytes, which the device scales.
 */
final class CudaBase implements FrozenBase {
    /** Pixels of the images that run at a time: more would not make the kernels faster. */
    private static final long PIXELS = 64L * 224 * 224;

    private static final int TURNS = 2;
    /** Part of the free memory that is left to others. */
    private static final int LEFT = 8;

    private final FrozenPart part;
    private final FeatureShape shape;
    private final CudaContext context;
    private final Workspace work;
    private final CudaStream computing;
    private final CudaStream copying;
    private final Map<String, HostArray> outputs = new LinkedHashMap<>();
    private final DeviceArrays activations;
    /** Where the bytes of images are, of which every other part has its own. */
    private final List<Turn> turns = new ArrayList<>();

    private FrozenSteps steps;
    private DeviceArray images;
    private int atATime;

    /** The images as float32; null until they are given or unless they are wanted so. */
    private HostArray input;
    /** The images as bytes; null if the input is that of another layer. */
    private HostBytes pixels;

    private boolean inPixels;

    /** Room for the bytes of images, with the points at which they have come and have been read. */
    private record Turn(DeviceArray pixels, CudaEvent come, CudaEvent read) {}

    /** Lays the layers out. */
    CudaBase(Kernels kernels, FrozenPart part, OpProfile profile) {
        this.part = part;
        this.shape = part.architecture().layer(part.input()).outputShape();
        this.context = kernels.context();
        this.work = new Workspace(kernels, profile);
        this.computing = work.stream();
        this.copying = new CudaStream(context);
        this.activations = new DeviceArrays(context);
        try {
            for (String layer : part.outputs()) {
                FeatureShape output = part.architecture().layer(layer).outputShape();
                outputs.put(layer, new HostArray(context, output.batch(part.batchSize())));
            }
            input = outputs.get(part.input());
            if (pixels() == PixelType.UINT8) {
                pixels = new HostBytes(context, (long) part.batchSize() * shape.length());
            }
            steps = new FrozenSteps(part, work);
            long most = Math.min(part.batchSize(), PIXELS / ((long) shape.height() * shape.width()));
            allocate((int) Math.max(1, Math.min(most, fitting())));
        } catch (RuntimeException | OutOfMemoryError e) {
            close();
            throw e;
        }
    }

    /** Number of images for which the device has memory at the moment. */
    private long fitting() {
        long bytes = (steps.valuesOfImage() + shape.length()) * Float.BYTES + TURNS * (long) shape.length();
        long free = context.freeMemory();
        return (free - free / LEFT) / bytes;
    }

    /** Takes room for some images at a time, or for fewer if others have taken the memory of the device. */
    private void allocate(int count) {
        long values = (long) shape.length() * count;
        try {
            steps.allocate(activations, count);
            images = activations.take(values);
            for (int turn = 0; turn < TURNS; turn++) {
                turns.add(new Turn(activations.takeBytes(values), new CudaEvent(context), new CudaEvent(context)));
            }
            atATime = count;
        } catch (DeviceMemoryException e) {
            closeActivations();
            if (count == 1) {
                throw e;
            }
            allocate(count / 2);
        }
    }

    @Override
    public int batchSize() {
        return part.batchSize();
    }

    @Override
    public INDArray input() {
        inPixels = false;
        if (input == null) {
            input = new HostArray(context, shape.batch(part.batchSize()));
        }
        return input.array();
    }

    @Override
    public PixelType pixels() {
        return part.input().equals(Architecture.INPUT) ? PixelType.UINT8 : PixelType.FLOAT32;
    }

    @Override
    public void load(Pointer given, int count) {
        if (pixels() == PixelType.FLOAT32) {
            FrozenBase.super.load(given, count);
            return;
        }
        inPixels = true;
        pixels.copy(given, 0, (long) count * shape.length());
    }

    /** The same for images that lie in different places, as bytes. */
    void load(List<? extends Pointer> given) {
        inPixels = true;
        for (int image = 0; image < given.size(); image++) {
            pixels.copy(given.get(image), (long) image * shape.length(), shape.length());
        }
    }

    @Override
    public void run(int count) {
        context.use();
        int number = 0;
        for (int first = 0; first < count; first += atATime) {
            int from = first;
            int some = Math.min(atATime, count - first);
            if (inPixels) {
                scale(turns.get(number % TURNS), first, some);
            } else {
                computing.upload(
                        input.at((long) first * shape.length()), images.address(), (long) some * shape.length());
            }
            steps.forward(images.address(), some, (layer, output) -> download(layer, output, from, some));
            number++;
        }
        computing.synchronize();
    }

    private void scale(Turn turn, int first, int count) {
        long values = (long) count * shape.length();
        copying.await(turn.read());
        copying.uploadBytes(
                pixels.at((long) first * shape.length()), turn.pixels().address(), values);
        copying.record(turn.come());
        computing.await(turn.come());
        work.operations().scale(turn.pixels().address(), images.address(), values);
        computing.record(turn.read());
        download(Architecture.INPUT, images.address(), first, count);
    }

    /** Copies what is wanted of some images. */
    private void download(String layer, long from, int first, int count) {
        HostArray output = outputs.get(layer);
        if (output != null) {
            long length = output.array().length() / part.batchSize();
            computing.download(from, output.at(first * length), count * length);
        }
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
        work.close();
        closeActivations();
        outputs.values().forEach(HostArray::close);
        if (input != null && !outputs.containsValue(input)) {
            input.close();
        }
        if (pixels != null) {
            pixels.close();
        }
    }

    private void closeActivations() {
        for (Turn turn : turns) {
            turn.come().close();
            turn.read().close();
        }
        turns.clear();
        activations.close();
    }
}
