package org.finetune.serve.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.RequestLog;
import org.eclipse.jetty.server.Response;
import org.finetune.Printable;

/** Writes a line for each request that is over, and counts it. */
public final class AccessLog implements RequestLog {
    /** The attribute of a request that says what was asked. */
    private static final String ROUTE = AccessLog.class.getName();

    private static final String NO_ROUTE = "other";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Format format;
    private final Consumer<String> lines;
    private final ServerMetrics metrics;

    /** The form of a line. */
    public enum Format {
        /** No lines. */
        NONE,
        /** Time, client, method, path, status, bytes of the response, milliseconds. */
        LINES,
        /** The same as an object of JSON. */
        JSON;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Makes a log.
     *
     * @param lines takes each line; what it throws is passed over, since a full disk is no reason not to answer
     */
    public AccessLog(Format format, Consumer<String> lines, ServerMetrics metrics) {
        this.format = format;
        this.lines = lines;
        this.metrics = metrics;
    }

    /** Notes what a request asks, for the metrics. */
    public static void route(Request request, String label) {
        request.setAttribute(ROUTE, label);
    }

    @Override
    public void log(Request request, Response response) {
        long nanos = System.nanoTime() - request.getBeginNanoTime();
        Object route = request.getAttribute(ROUTE);
        metrics.answered(route == null ? NO_ROUTE : route.toString(), response.getStatus(), nanos);
        if (format == Format.NONE) {
            return;
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("time", Instant.now().truncatedTo(ChronoUnit.MILLIS).toString());
        fields.put("client", Request.getRemoteAddr(request));
        fields.put("method", request.getMethod());
        fields.put("path", request.getHttpURI().getPath());
        fields.put("status", response.getStatus());
        fields.put("bytes_in", Request.getContentBytesRead(request));
        fields.put("bytes_out", Response.getContentBytesWritten(response));
        fields.put("ms", Math.round(nanos / 1e5) / 10.0);
        try {
            lines.accept(format == Format.JSON ? JSON.writeValueAsString(fields) : line(fields));
        } catch (JsonProcessingException | RuntimeException e) {
            return;
        }
    }

    private static String line(Map<String, Object> fields) {
        return Printable.of(String.format(
                Locale.ROOT,
                "%s %s \"%s %s\" %s %s %s ms",
                fields.get("time"),
                fields.get("client"),
                fields.get("method"),
                fields.get("path"),
                fields.get("status"),
                fields.get("bytes_out"),
                fields.get("ms")));
    }
}
