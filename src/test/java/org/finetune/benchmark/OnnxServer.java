package org.finetune.benchmark;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.FloatPointer;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.finetune.data.decode.ImageDecoder;
import org.finetune.data.decode.Preprocessing;
import org.finetune.data.decode.View;
import org.finetune.data.decode.process.NativeDecoder;
import org.finetune.model.ModelFile;

/** A model in ONNX Runtime behind the HTTP server and the decoders of {@code finetune serve}, an image at a time. */
public final class OnnxServer extends Handler.Abstract {
    private final ImageDecoder decoder;
    private final int size;
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;

    private OnnxServer(Path model, Path onnx) throws OrtException {
        Preprocessing preprocessing =
                Preprocessing.fromMap(ModelFile.read(model).preprocessing());
        this.decoder = new ImageDecoder(preprocessing, ImageDecoder.DEFAULT_MAX_PIXELS);
        this.size = preprocessing.size();
        this.session = environment.createSession(onnx.toString(), new OrtSession.SessionOptions());
    }

    /**
     * Prints the address when it is ready, and serves until it is killed.
     *
     * @param arguments the model file, and the same model for ONNX Runtime with the layout NHWC
     */
    public static void main(String[] arguments) throws Exception {
        NativeDecoder.INSTANCE.start();
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server, 1, 1);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(new OnnxServer(Path.of(arguments[0]), Path.of(arguments[1])));
        server.start();
        System.out.println("http://127.0.0.1:" + connector.getLocalPort());
        server.join();
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws IOException, OrtException {
        byte[] file;
        try (var body = Content.Source.asInputStream(request)) {
            file = body.readAllBytes();
        }
        try (FloatPointer pixels = new FloatPointer(decoder.preprocessing().valuesPerImage())) {
            decoder.decode(file, List.of(View.PLAIN), pixels);
            try (OnnxTensor images =
                            OnnxTensor.createTensor(environment, pixels.asBuffer(), new long[] {1, size, size, 3});
                    OrtSession.Result result = session.run(Map.of("images", images))) {
                String probabilities =
                        Arrays.toString(((float[][]) result.get(0).getValue())[0]);
                Content.Sink.write(response, true, probabilities, callback);
            }
        }
        return true;
    }
}
