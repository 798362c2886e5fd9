package org.finetune.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.finetune.export.InputRange;
import org.finetune.export.LittleEndian;
import org.finetune.model.KerasLayer;
import org.finetune.model.ModelFile;
import org.finetune.model.SavedModel;
import org.finetune.testing.Browser;
import org.finetune.testing.Node;
import org.finetune.testing.Python;
import org.finetune.testing.WebServer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exported Keras files in h5py, and their network in TensorFlow.js. */
class ExportKerasIT {
    /** Reads files as Keras 2 and Keras 3 do, and writes all parameters in the order of the network. */
    private static final String PARAMETERS =
            """
            import h5py, io, json, sys, zipfile
            directory = sys.argv[1]
            with h5py.File(directory + "/model.h5", "r") as file, open(sys.argv[2], "wb") as out:
                config = json.loads(file.attrs["model_config"])
                weights = file["model_weights"]
                names = [layer["config"]["name"] for layer in config["config"]["layers"]]
                for name in weights.attrs["layer_names"]:
                    assert name.decode() in names
                    for weight in weights[name].attrs["weight_names"]:
                        out.write(weights[name][weight][()].astype("<f4").tobytes())
            snake = {"Conv2D": "conv2d", "DepthwiseConv2D": "depthwise_conv2d",
                     "BatchNormalization": "batch_normalization", "Dense": "dense"}
            with zipfile.ZipFile(directory + "/model.keras") as archive, open(sys.argv[3], "wb") as out:
                assert all(entry.compress_type == zipfile.ZIP_STORED for entry in archive.infolist())
                config = json.loads(archive.read("config.json"))
                assert [layer["name"] for layer in config["config"]["layers"]] == names
                with h5py.File(io.BytesIO(archive.read("model.weights.h5")), "r") as file:
                    counts = {}
                    for layer in config["config"]["layers"]:
                        name = snake.get(layer["class_name"])
                        if name:
                            number = counts.get(name, 0)
                            counts[name] = number + 1
                            variables = file["layers"][name + (f"_{number}" if number else "")]["vars"]
                            for index in range(len(variables)):
                                out.write(variables[str(index)][()].astype("<f4").tobytes())
            """;

    /** Runs the network of a model.json on images, and prints the probabilities. */
    private static final String PREDICT =
            """
            const tf = require("@tensorflow/tfjs");
            const fs = require("fs");
            const [directory, images] = process.argv.slice(2);
            (async () => {
              const json = JSON.parse(fs.readFileSync(directory + "/model.json"));
              const weights = fs.readFileSync(directory + "/" + json.weightsManifest[0].paths[0]);
              const model = await tf.loadLayersModel({
                load: async () => ({
                  modelTopology: json.modelTopology,
                  weightSpecs: json.weightsManifest[0].weights,
                  weightData: new Uint8Array(weights).buffer,
                }),
              });
              const values = new Float32Array(new Uint8Array(fs.readFileSync(images)).buffer);
              const probabilities = model.predict(tf.tensor(values, [values.length / (96 * 96 * 3), 96, 96, 3]));
              for (const row of await probabilities.array()) {
                console.log(row.join(" "));
              }
            })();
            """;

    private static final String KERAS =
            """
            import sys, keras, numpy
            images = numpy.fromfile(sys.argv[2], "<f4").reshape(-1, 96, 96, 3)
            for row in keras.saving.load_model(sys.argv[1]).predict(images, verbose=0):
                print(*row.tolist())
            """;

    @TempDir
    private Path directory;

    @Test
    void h5pyFindsTheParametersOfBothFiles() throws Exception {
        Python python = Python.with("h5py");
        Path out = directory.resolve("keras");
        ExportedRun.create(out, "--format", "keras");
        Path keras2 = directory.resolve("keras2");
        Path keras3 = directory.resolve("keras3");
        python.run("-c", PARAMETERS, out.toString(), keras2.toString(), keras3.toString());
        byte[] expected = parameters();
        assertArrayEquals(expected, Files.readAllBytes(keras2));
        assertArrayEquals(expected, Files.readAllBytes(keras3));
    }

    private static byte[] parameters() throws Exception {
        SavedModel model = ModelFile.read(TrainedRun.shared().directory().resolve("model.zip"));
        ByteArrayOutputStream parameters = new ByteArrayOutputStream();
        for (KerasLayer layer : model.architecture().network(model.classes().size())) {
            for (String name : layer.type().parameterNames()) {
                parameters.write(LittleEndian.bytes(
                        model.weights().get(layer.name(), name).values()));
            }
        }
        return parameters.toByteArray();
    }

    @Test
    void tensorFlowJsGivesTheProbabilitiesOfPredict() throws Exception {
        assertTensorFlowJs("tfjs", InputRange.SCALED, 1e-5);
    }

    @Test
    @Tag("slow")
    void tensorFlowJsReadsHalfPrecisionAndScalesPixels() throws Exception {
        Path out = assertTensorFlowJs("tfjs-half", InputRange.PIXELS, 0.02, "--half", "--pixels");
        long parameters = parameters().length / Float.BYTES;
        assertEquals(parameters * Short.BYTES, Files.size(out.resolve("weights.bin")));
    }

    private Path assertTensorFlowJs(String name, InputRange range, double tolerance, String... options)
            throws Exception {
        Node.require("@tensorflow/tfjs");
        Path out = directory.resolve(name);
        ExportedRun exported = ExportedRun.create(
                out,
                Stream.concat(Stream.of("--format", "tfjs"), Stream.of(options)).toArray(String[]::new));
        assertEquals("nhwc", exported.preprocessing().at("/input/layout").textValue());
        Path images = Files.write(
                directory.resolve(name + ".images"),
                LittleEndian.bytes(range.of(ExportedRun.images()).values()));
        ExportedRun.assertPredictions(
                ExportedRun.parse(Node.run(PREDICT, out.toString(), images.toString())), tolerance);
        return out;
    }

    @Test
    void pageClassifiesPhotosInABrowser() throws Exception {
        Node.require("@tensorflow/tfjs");
        try (Browser browser = Browser.start()) {
            Path out = directory.resolve("tfjs");
            ExportedRun.create(out, "--format", "tfjs");
            Files.copy(Node.file("@tensorflow/tfjs/dist/tf.min.js"), out.resolve("tf.min.js"));
            Path photos = ExportedRun.photoDirectory();
            try (WebServer server = new WebServer(Map.of("/model/", out, "/photos/", photos))) {
                browser.open(server.address("/model/predict.html"));
                for (Path photo : ExportedRun.photos()) {
                    Object result = browser.runAsync(
                            """
                            const done = arguments[arguments.length - 1];
                            fetch("/photos/%s")
                              .then((response) => response.blob())
                              .then(createImageBitmap)
                              .then(async (image) => classify(await classifier, image))
                              .then(([best]) => done(best.label + "  " + 100 * best.probability))
                              .catch((error) => done(String(error)));
                            """
                                    .formatted(photos.relativize(photo)));
                    ExportedRun.assertPrediction(photo, String.valueOf(result));
                }
            }
        }
    }

    @Test
    void kerasGivesTheProbabilitiesOfPredict() throws Exception {
        Python python = Python.with("keras", "numpy", "PIL");
        Path out = directory.resolve("keras");
        ExportedRun exported = ExportedRun.create(out, "--format", "keras");
        exported.assertPredicts(python);
        Path images = Files.write(
                directory.resolve("images"),
                LittleEndian.bytes(ExportedRun.images().values()));
        for (String file : List.of("model.keras", "model.h5")) {
            String printed = python.run("-c", KERAS, out.resolve(file).toString(), images.toString());
            ExportedRun.assertPredictions(ExportedRun.parse(printed), 1e-5);
        }
    }
}
