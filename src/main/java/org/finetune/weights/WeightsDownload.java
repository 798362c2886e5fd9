package org.finetune.weights;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.ProxySelector;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Flow.Publisher;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.model.Architecture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Downloads weights files. A transfer that breaks off or stalls is tried again and goes on where it stopped, if the
 * server can do that and the file is still the same. Where there is no network at all it fails at once.
 */
final class WeightsDownload {
    private static final Logger LOGGER = LoggerFactory.getLogger(WeightsDownload.class);
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d{1,18})-\\d+/(\\d{1,18})");

    private final URI location;
    private final ProxySelector proxies;
    private final Limits limits;
    private final DownloadListener listener;

    /**
     * How long to wait, how often to try, and how much to take.
     *
     * @param connect longest time until there is a connection
     * @param stall longest time without an answer or another piece of it
     * @param pause time before the second try; it doubles with each further one
     * @param tries most tries
     * @param bytes largest file
     */
    record Limits(Duration connect, Duration stall, Duration pause, int tries, long bytes) {
        static final Limits DEFAULT = new Limits(
                Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofSeconds(1), 3, KerasWeightsFile.MAX_BYTES);
    }

    /**
     * Downloads from some place.
     *
     * @param location directory of the files
     */
    WeightsDownload(URI location, ProxySelector proxies, Limits limits, DownloadListener listener) {
        this.location = location;
        this.proxies = proxies;
        this.limits = limits;
        this.listener = listener;
    }

    /** Downloads Keras's official files. */
    static WeightsDownload official(DownloadListener listener) {
        ProxySelector proxies = ProxySettings.select(System.getProperties(), System.getenv());
        return new WeightsDownload(OfficialWeights.LOCATION, proxies, Limits.DEFAULT, listener);
    }

    /**
     * Downloads a file, reads it, and only then puts it into its place, with its digest beside it.
     *
     * @param target where to put it; its name is the file's name on the server
     * @return what is in the file
     * @throws DownloadException if the file cannot be had, kept, or is not what it should be
     */
    KerasWeightsFile download(Path target, Architecture architecture) throws DownloadException {
        try (PartFile part = open(target)) {
            new Transfer(target.getFileName().toString(), part).run();
            KerasWeightsFile read = read(part, architecture);
            // The digest first: a file never lacks the digest to check it by.
            DigestFile.write(target, read.sha256());
            part.moveToTarget();
            return read;
        } catch (IOException e) {
            throw unwritable(target, e);
        }
    }

    private static PartFile open(Path target) throws DownloadException {
        try {
            return new PartFile(target);
        } catch (IOException e) {
            throw unwritable(target, e);
        }
    }

    private static DownloadException unwritable(Path target, IOException e) {
        String reason = e instanceof FileSystemException failure && failure.getReason() != null
                ? failure.getReason()
                : e.getClass().getSimpleName() + " " + e.getMessage();
        return new DownloadException(target.getParent() + " cannot be written (" + reason + ")", e);
    }

    private KerasWeightsFile read(PartFile part, Architecture architecture) throws DownloadException {
        try {
            return KerasWeightsFile.read(part.path(), architecture);
        } catch (FinetuneException e) {
            throw new DownloadException("what " + location.getHost() + " sent are no weights for this network", e);
        }
    }

    /** The tries to get one file. */
    private final class Transfer {
        private final URI source;
        private final String name;
        private final PartFile part;
        private final HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NORMAL)
                .connectTimeout(limits.connect())
                .proxy(proxies)
                .build();
        private String entityTag = "";
        private StatedDigest digest = StatedDigest.NONE;
        private boolean started;

        Transfer(String name, PartFile part) {
            this.source = location.resolve(name);
            this.name = name;
            this.part = part;
        }

        void run() throws DownloadException {
            boolean whole = false;
            try {
                tryRepeatedly();
                whole = true;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new FinetuneException(ExitCode.INTERRUPTED, "The download of " + name + " was interrupted.", e);
            } finally {
                if (started) {
                    listener.downloadEnded(whole);
                }
            }
        }

        private void tryRepeatedly() throws DownloadException, InterruptedException {
            Duration pause = limits.pause();
            for (int attempt = 1; ; attempt++) {
                try {
                    attempt();
                    return;
                } catch (IOException e) {
                    String reason = reason(e);
                    if (isFinal(e) || attempt == limits.tries()) {
                        throw new DownloadException(reason, e);
                    }
                    LOGGER.info("Download of {}: {}; trying again in {} ms", name, reason, pause.toMillis());
                }
                Thread.sleep(pause.toMillis());
                pause = pause.multipliedBy(2);
            }
        }

        /** Gets the file, or the rest of it; an IOException means that another try may do better. */
        private void attempt() throws IOException, DownloadException, InterruptedException {
            HttpRequest.Builder request = HttpRequest.newBuilder(source).timeout(limits.stall());
            if (part.size() > 0 && !entityTag.isEmpty()) {
                request.header("Range", "bytes=" + part.size() + "-").header("If-Range", entityTag);
            }
            HttpResponse<Publisher<List<ByteBuffer>>> response =
                    client.send(request.build(), HttpResponse.BodyHandlers.ofPublisher());
            try (ResponseBody body = ResponseBody.of(response.body())) {
                receive(body, begin(response));
            }
            if (!digest.agreesWith(part.path())) {
                part.clear();
                throw new IOException("what came is not what " + source.getHost() + " says that it sent");
            }
        }

        /** Brings the part file to where the body goes on; gives the size of the whole file, or -1. */
        private long begin(HttpResponse<?> response) throws IOException, DownloadException {
            OptionalLong total;
            switch (response.statusCode()) {
                case 200 -> {
                    part.clear();
                    digest = StatedDigest.of(response.headers());
                    total = response.headers().firstValueAsLong("Content-Length");
                    entityTag = response.headers()
                            .firstValue("ETag")
                            .filter(tag -> !tag.startsWith("W/"))
                            .orElse("");
                }
                case 206 -> total = OptionalLong.of(rangeTotal(response));
                case 416 -> {
                    part.clear();
                    throw new IOException(source.getHost() + " does not go on with the transfer");
                }
                case 408, 429, 500, 502, 503, 504 -> throw new IOException(status(response));
                default -> throw new DownloadException(status(response));
            }
            requireSize(total.orElse(0));
            if (!started) {
                started = true;
                listener.downloadStarted(name, total.orElse(-1));
            }
            return total.orElse(-1);
        }

        private String status(HttpResponse<?> response) {
            return source.getHost() + " answers " + source + " with status " + response.statusCode();
        }

        private long rangeTotal(HttpResponse<?> response) throws IOException {
            Matcher range = CONTENT_RANGE.matcher(
                    response.headers().firstValue("Content-Range").orElse(""));
            if (!range.matches() || Long.parseLong(range.group(1)) != part.size()) {
                part.clear();
                throw new IOException(source.getHost() + " sends another part than the one asked for");
            }
            return Long.parseLong(range.group(2));
        }

        private void receive(ResponseBody body, long total)
                throws IOException, DownloadException, InterruptedException {
            List<ByteBuffer> buffers = body.next(limits.stall());
            while (!buffers.isEmpty()) {
                for (ByteBuffer bytes : buffers) {
                    requireSize(part.size() + bytes.remaining());
                    append(bytes);
                }
                listener.downloadProgress(part.size());
                buffers = body.next(limits.stall());
            }
            if (total >= 0 && part.size() != total) {
                throw new IOException("only " + part.size() + " of " + total + " bytes came");
            }
        }

        private void append(ByteBuffer bytes) throws DownloadException {
            try {
                part.append(bytes);
            } catch (IOException e) {
                throw unwritable(part.path(), e);
            }
        }

        private void requireSize(long bytes) throws DownloadException {
            if (bytes > limits.bytes()) {
                throw new DownloadException("what " + source.getHost() + " sends is larger than "
                        + limits.bytes() / 1_000_000 + " MB, far more than the weights of MobileNetV2 take");
            }
        }

        private String reason(IOException e) {
            String host = source.getHost();
            if (isUnknownHost(e)) {
                return host + " cannot be reached: unknown host";
            }
            if (e instanceof HttpConnectTimeoutException) {
                return host + " cannot be reached: no connection within "
                        + limits.connect().toSeconds() + " s";
            }
            if (isUnreachable(e)) {
                return host + " cannot be reached: " + (e.getMessage() == null ? "connection refused" : e.getMessage());
            }
            if (e instanceof HttpTimeoutException) {
                return host + " has not answered for " + limits.stall().toSeconds() + " s";
            }
            return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        }
    }

    private static boolean isFinal(IOException e) {
        return isUnreachable(e) || e instanceof SSLException;
    }

    private static boolean isUnreachable(IOException e) {
        return isUnknownHost(e)
                || e instanceof ConnectException
                || e instanceof NoRouteToHostException
                || e instanceof HttpConnectTimeoutException;
    }

    private static boolean isUnknownHost(IOException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnknownHostException || cause instanceof UnresolvedAddressException) {
                return true;
            }
        }
        return false;
    }
}
