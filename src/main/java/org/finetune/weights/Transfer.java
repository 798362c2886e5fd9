package org.finetune.weights;

import java.io.IOException;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Flow.Publisher;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tries to get one file. A transfer that breaks off or stalls is tried again and resumes where it stopped, if the
 * server can do that and the file is still the same.
 */
final class Transfer {
    private static final Logger LOGGER = LoggerFactory.getLogger(Transfer.class);
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d{1,18})-\\d+/(\\d{1,18})");

    private final URI source;
    private final String name;
    private final PartFile part;
    private final DownloadLimits limits;
    private final DownloadListener listener;
    private final HttpClient client;
    private String entityTag = "";
    private StatedDigest digest = StatedDigest.NONE;
    private boolean started;

    /**
     * Prepares a transfer.
     *
     * @param source the file on the server
     * @param name what the file is called in messages
     * @param part where it goes
     */
    Transfer(
            URI source,
            String name,
            PartFile part,
            ProxySelector proxies,
            DownloadLimits limits,
            DownloadListener listener) {
        this.source = source;
        this.name = name;
        this.part = part;
        this.limits = limits;
        this.listener = listener;
        this.client = client(proxies, limits);
    }

    /** What asks servers, and goes where they redirect it, but never from HTTPS to HTTP. */
    static HttpClient client(ProxySelector proxies, DownloadLimits limits) {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NORMAL)
                .connectTimeout(limits.connect())
                .proxy(proxies)
                .build();
    }

    /**
     * Brings the whole file into the part file.
     *
     * @throws DownloadException if it cannot be had or kept
     */
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
                TransferFailure failure = new TransferFailure(e);
                String reason = failure.reason(source.getHost(), limits);
                if (failure.isFinal() || attempt == limits.tries()) {
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
            throw new IOException("the data differs from what " + source.getHost() + " announced");
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
                throw new IOException(source.getHost() + " does not resume the transfer");
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
            throw new IOException(source.getHost() + " sent a different range than requested");
        }
        return Long.parseLong(range.group(2));
    }

    private void receive(ResponseBody body, long total) throws IOException, DownloadException, InterruptedException {
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
            throw DownloadException.unwritable(part.path(), e);
        }
    }

    private void requireSize(long bytes) throws DownloadException {
        if (bytes > limits.bytes()) {
            throw new DownloadException("what " + source.getHost() + " sends is larger than "
                    + limits.bytes() / 1_000_000 + " MB, far more than the weights of MobileNetV2 take");
        }
    }
}
