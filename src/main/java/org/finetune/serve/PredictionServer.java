package org.finetune.serve;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.CrossOriginHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.serve.endpoint.Routes;
import org.finetune.serve.http.AccessLog;
import org.finetune.serve.http.BodyLimits;
import org.finetune.serve.http.ServerMetrics;
import org.finetune.serve.http.SlowConnections;
import org.finetune.serve.model.ImageService;
import org.finetune.serve.model.ServedModels;

/** The HTTP server. It listens from the beginning, so that a port in use is known at once, and answers once it is started. */
public final class PredictionServer implements AutoCloseable {
    private static final int THREADS = 32;
    private static final int MOST_CONNECTIONS = 1024;

    /**
     * How long a connection is kept between two requests. Longer than proxies and load balancers keep theirs (60 seconds is
     * usual): if the server closed first, it could be just as a request is sent, which is then lost.
     */
    private static final Duration KEPT = Duration.ofSeconds(75);

    private final ServeSettings settings;
    private final QueuedThreadPool threads = new QueuedThreadPool(THREADS);
    private final Server server = new Server(threads);
    private final ServerConnector connector;
    private final Drain drain = new Drain();

    /**
     * Makes a server and opens its port.
     *
     * @throws FinetuneException with {@link ExitCode#ADDRESS} if it cannot listen there
     */
    public PredictionServer(ServeSettings settings) {
        this.settings = settings;
        threads.setName("http");
        threads.setDaemon(true);
        HttpConfiguration configuration = new HttpConfiguration();
        configuration.setSendServerVersion(false);
        configuration.setIdleTimeout(settings.timeLimit().toMillis());
        connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(configuration));
        connector.setHost(settings.host());
        connector.setPort(settings.port());
        connector.setIdleTimeout(Math.max(KEPT.toMillis(), settings.timeLimit().toMillis()));
        connector.addBean(new SlowConnections(connector.getScheduler(), settings.timeLimit()));
        server.addConnector(connector);
        server.addBean(new NetworkConnectionLimit(MOST_CONNECTIONS, server));
        server.setErrorHandler(new JsonErrors());
        open();
    }

    private void open() {
        try {
            // Jetty's own exception does not tell a name that is unknown from a port in use.
            InetAddress.getByName(settings.host());
            connector.open();
        } catch (UnknownHostException e) {
            throw unusable("there is no host of this name", "--host", e);
        } catch (IOException e) {
            Throwable cause = e.getCause() instanceof BindException ? e.getCause() : e;
            String reason = String.valueOf(cause.getMessage());
            boolean inUse = reason.contains("in use");
            boolean denied = reason.contains("ermission");
            throw unusable(
                    inUse ? "another program uses it" : denied ? "this user may not use it" : reason,
                    inUse || denied ? "--port" : "--host",
                    e);
        }
    }

    private FinetuneException unusable(String reason, String option, Exception cause) {
        return new FinetuneException(
                ExitCode.ADDRESS,
                "Cannot listen on " + settings.host() + " port " + settings.port() + ": " + reason + "; choose another "
                        + option + ".",
                cause);
    }

    /**
     * Begins to answer.
     *
     * @param lines takes the lines of the access log
     * @param version version of the program
     */
    public void start(ServedModels models, ServerMetrics metrics, Consumer<String> lines, String version) {
        ImageService images = new ImageService(settings.queue(), settings.threshold(), metrics, threads);
        Handler handler = new RequestHandler(
                new Routes(models, images, metrics, version),
                settings.access(),
                new BodyLimits(settings.maxBody(), settings.timeLimit()),
                drain);
        server.setHandler(crossOrigin()
                .<Handler>map(cors -> {
                    cors.setHandler(handler);
                    return cors;
                })
                .orElse(handler));
        server.setRequestLog(new AccessLog(settings.log(), lines, metrics));
        try {
            server.start();
        } catch (Exception e) {
            throw new IllegalStateException("The server does not start", e);
        }
    }

    private Optional<CrossOriginHandler> crossOrigin() {
        if (settings.origins().isEmpty()) {
            return Optional.empty();
        }
        CrossOriginHandler cors = new CrossOriginHandler();
        Set<String> patterns = settings.origins().stream()
                .map(origin -> origin.equals("*") ? origin : Pattern.quote(origin))
                .collect(Collectors.toCollection(LinkedHashSet::new));
        cors.setAllowedOriginPatterns(patterns);
        cors.setAllowedMethods(Set.of("GET", "POST", "HEAD"));
        cors.setAllowedHeaders(Set.of("Content-Type", "Authorization", "Inference-Header-Content-Length"));
        cors.setAllowCredentials(false);
        return Optional.of(cors);
    }

    /** The address of the server. */
    public URI address() {
        String host = settings.host();
        return URI.create(
                "http://" + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + connector.getLocalPort());
    }

    /**
     * Takes no new connections, and waits until the requests that are under way are answered, but not for long.
     *
     * @return the number of requests that were cut off
     */
    public int stop(Duration grace) throws InterruptedException {
        connector.close();
        int cut = drain.await(grace);
        close();
        return cut;
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("The server does not stop", e);
        }
    }
}
