package org.finetune.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.finetune.ExitCode;
import org.finetune.FailureReason;
import org.finetune.FinetuneException;
import org.finetune.cli.output.Console;
import org.finetune.data.decode.process.NativeDecoder;
import org.finetune.engine.check.SelfCheck;
import org.finetune.engine.select.Engines;
import org.finetune.inference.PhotoClassifier;
import org.finetune.inference.SavedRun;
import org.finetune.model.SavedModel;
import org.finetune.serve.PredictionServer;
import org.finetune.serve.ServeSettings;
import org.finetune.serve.http.AccessControl;
import org.finetune.serve.http.AccessLog;
import org.finetune.serve.http.ServerMetrics;
import org.finetune.serve.model.Reloading;
import org.finetune.serve.model.ServedModel;
import org.finetune.serve.model.ServedModels;
import org.finetune.settings.Setting;
import org.finetune.settings.SettingValues;
import org.jline.utils.Signals;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code finetune serve}. */
@Command(
        name = "serve",
        description = {
            "Serves trained classifiers over HTTP, with a web page to try them.",
            "",
            "Clients send photos to /predict, or use the protocols of KServe (/v2) or TensorFlow Serving (/v1)."
        },
        footer = {
            "  finetune serve runs/flowers",
            "  curl --data-binary @photo.jpg -H 'Content-Type: image/jpeg' 'http://127.0.0.1:8080/predict?top=3'",
            "  finetune serve runs/flowers runs/trees --host 0.0.0.0 --token-file token.txt --watch"
        })
final class ServeCommand extends Subcommand {
    private static final Duration WATCH_INTERVAL = Duration.ofSeconds(1);
    private static final int LARGEST_PORT = 65535;
    private static final int MEBIBYTE = 1 << 20;
    private static final int LARGEST_BODY = 1024;
    private static final int LARGEST_BATCH = 256;

    // Of the type Path for the shell's completion.
    @Parameters(
            arity = "1..*",
            paramLabel = "RUN",
            description =
                    "Run directories of the classifiers, or their model.zip. Requests that name none use the first.")
    private List<Path> runs;

    @Option(
            names = "--host",
            paramLabel = "<host>",
            defaultValue = "127.0.0.1",
            description =
                    "Address to listen on. Any other than this machine's loopback needs --token-file or --no-auth."
                            + " Default: ${DEFAULT-VALUE}.")
    private String host;

    @Option(
            names = "--port",
            paramLabel = "<port>",
            defaultValue = "8080",
            description = "Port to listen on; 0 chooses a free one. Default: ${DEFAULT-VALUE}.")
    private int port;

    @Option(
            names = "--token-file",
            paramLabel = "<file>",
            description = "File with a token that clients must send as 'Authorization: Bearer TOKEN'.")
    private Path tokenFile;

    @Option(names = "--no-auth", description = "Answer everyone who can reach the server, without a token.")
    private boolean noAuth;

    @Option(
            names = "--cors",
            paramLabel = "<origin>",
            description = "Allow web pages of this origin, such as https://example.org, to use the server; * allows all"
                    + " (repeatable). Default: none.")
    private List<String> origins = new ArrayList<>();

    @Option(
            names = "--watch",
            description = "Reload a model when its file changes. SIGHUP reloads all models in any case.")
    private boolean watch;

    @Option(
            names = "--max-batch",
            paramLabel = "<n>",
            defaultValue = "16",
            description = "Maximum number of images that share a batch. Default: ${DEFAULT-VALUE}.")
    private int maxBatch;

    @Option(
            names = "--max-wait",
            paramLabel = "<ms>",
            defaultValue = "3",
            description =
                    "Maximum time in milliseconds that an image waits for others that are being decoded, to share a"
                            + " batch with them. Default: ${DEFAULT-VALUE}.")
    private int maxWait;

    @Option(
            names = "--queue",
            paramLabel = "<n>",
            defaultValue = "256",
            description = "Maximum number of images in the server; requests beyond that are answered with status 503."
                    + " Default: ${DEFAULT-VALUE}.")
    private int queue;

    @Option(
            names = "--max-body",
            paramLabel = "<MiB>",
            defaultValue = "32",
            description = "Maximum size of a request in MiB. Default: ${DEFAULT-VALUE}.")
    private int maxBody;

    @Option(
            names = "--timeout",
            paramLabel = "<s>",
            defaultValue = "30",
            description = "Maximum time in seconds for a request to arrive. Default: ${DEFAULT-VALUE}.")
    private int timeout;

    @Option(
            names = "--grace",
            paramLabel = "<s>",
            defaultValue = "10",
            description = "Maximum time in seconds to answer the requests under way after SIGTERM or Ctrl-C. Default:"
                    + " ${DEFAULT-VALUE}.")
    private int grace;

    @Option(
            names = "--access-log",
            paramLabel = "<format>",
            defaultValue = "lines",
            description = "Access log on standard output: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private AccessLog.Format accessLog;

    @Mixin
    private ThresholdOption threshold;

    private SettingOptions options;

    @Spec
    void setSpec(CommandSpec spec) {
        options =
                SettingOptions.add(spec, List.of(Setting.MAX_PIXELS, Setting.BACKEND, Setting.DEVICE, Setting.THREADS));
    }

    @Override
    public Integer call() throws InterruptedException {
        ServeSettings settings = serveSettings();
        Map<String, Path> named = names();
        CountDownLatch end = new CountDownLatch(1);
        for (String signal : List.of("TERM", "INT")) {
            Signals.register(signal, () -> end(end));
        }
        // Until the models are loaded, there is nothing to reload.
        Signals.register("HUP", () -> {});
        SettingValues values = options.resolve();
        // Two threads that make their first loggers at the same time would have SLF4J print warnings.
        LoggerFactory.getILoggerFactory();
        // Its native libraries take about as long to load as the server's classes.
        CompletableFuture<Void> backend = CompletableFuture.runAsync(
                () -> Engines.start(values.backend(), SelfCheck.NETWORK, console()::warning));
        try (PredictionServer server = new PredictionServer(settings)) {
            ServerMetrics metrics = new ServerMetrics();
            NativeDecoder.INSTANCE.startEarly();
            await(backend);
            serve(server, load(named, values, metrics), metrics, end);
        }
        return ExitCode.SUCCESS.code();
    }

    /** Ends in good order at the first signal, and at once at the second. */
    private static void end(CountDownLatch end) {
        if (end.getCount() == 0) {
            Runtime.getRuntime().halt(ExitCode.INTERRUPTED.code());
        }
        end.countDown();
    }

    private static void await(CompletableFuture<Void> backend) {
        try {
            backend.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    private void serve(PredictionServer server, ServedModels models, ServerMetrics metrics, CountDownLatch end)
            throws InterruptedException {
        Console console = console();
        try (Reloading reloading = new Reloading(models, metrics, console::info, console::warning)) {
            NativeDecoder.INSTANCE.start();
            Signals.register("HUP", reloading::reloadAll);
            if (watch) {
                reloading.watch(WATCH_INTERVAL);
            }
            server.start(models, metrics, line -> console.out().println(line), new Versions().of("finetune"));
            String names = models.all().stream().map(ServedModel::name).collect(Collectors.joining(", "));
            console.info("Serving " + names + " at " + server.address());
            end.await();
            int cut = server.stop(Duration.ofSeconds(grace));
            if (cut > 0) {
                console.warning(cut + " requests were cut off after " + grace + " seconds (--grace)");
            }
        }
    }

    private ServedModels load(Map<String, Path> named, SettingValues values, ServerMetrics metrics) {
        List<ServedModel> models = new ArrayList<>();
        named.forEach((name, path) -> models.add(new ServedModel(name, path, loader(name, values, metrics))));
        return new ServedModels(models);
    }

    private Function<Path, PhotoClassifier> loader(String name, SettingValues values, ServerMetrics metrics) {
        PhotoClassifier.Options how = ClassifierOptions.options(values, console()::warning)
                .withBatches(maxBatch, Duration.ofMillis(maxWait))
                .withListener(metrics.listener(name));
        return path -> {
            SavedRun run = new SavedRun(path);
            SavedModel model = run.model(console()::warning);
            PhotoClassifier classifier = PhotoClassifier.of(
                    model,
                    threshold
                            .trainingFeatures(run, model, console()::warning)
                            .map(how::withTraining)
                            .orElse(how));
            classifier.prepare();
            return classifier;
        };
    }

    private ServeSettings serveSettings() {
        require(port >= 0 && port <= LARGEST_PORT, "--port must be from 0 to " + LARGEST_PORT + ", not " + port);
        require(
                maxBatch >= 1 && maxBatch <= LARGEST_BATCH,
                "--max-batch must be from 1 to " + LARGEST_BATCH + ", not " + maxBatch);
        require(maxWait >= 0, "--max-wait must be at least 0, not " + maxWait);
        require(queue >= 1, "--queue must be at least 1, not " + queue);
        require(
                maxBody >= 1 && maxBody <= LARGEST_BODY,
                "--max-body must be from 1 to " + LARGEST_BODY + ", not " + maxBody);
        require(timeout >= 1, "--timeout must be at least 1, not " + timeout);
        require(grace >= 0, "--grace must be at least 0, not " + grace);
        require(tokenFile == null || !noAuth, "--token-file and --no-auth cannot be combined; remove one of them");
        Optional<String> token = Optional.ofNullable(tokenFile).map(this::token);
        boolean local = ServeSettings.isLoopback(host);
        require(
                local || token.isPresent() || noAuth,
                "--host " + host
                        + " lets other machines use the server; set a token with --token-file, or allow everyone"
                        + " with --no-auth");
        return new ServeSettings(
                host,
                port,
                new AccessControl(token, token.isEmpty() && !noAuth),
                origins,
                queue,
                maxBody * MEBIBYTE,
                Duration.ofSeconds(timeout),
                accessLog,
                threshold.value());
    }

    private String token(Path file) {
        try {
            String token = Files.readString(file).strip();
            require(!token.isEmpty(), "--token-file '" + file + "' is empty; write a token to it");
            return token;
        } catch (IOException e) {
            throw new FinetuneException(
                    ExitCode.USAGE,
                    "Cannot read --token-file '" + file + "': " + FailureReason.of(e) + "; name a file with a token.",
                    e);
        }
    }

    /** The models by what they are called in requests: the name of the run directory, or of the model file without its ending. */
    private Map<String, Path> names() {
        Map<String, Path> named = new LinkedHashMap<>();
        Set<String> twice = new HashSet<>();
        for (Path run : runs) {
            Path path = SavedRun.directoryOf(run).toAbsolutePath().normalize();
            String file =
                    path.getFileName() == null ? "model" : path.getFileName().toString();
            String name = file.endsWith(".zip") ? file.substring(0, file.length() - ".zip".length()) : file;
            if (named.put(name, run) != null) {
                twice.add(name);
            }
        }
        require(
                twice.isEmpty(),
                "Several runs are called " + String.join(", ", twice)
                        + ", by which requests could not tell them apart; rename a directory or serve them on two ports");
        return named;
    }
}
