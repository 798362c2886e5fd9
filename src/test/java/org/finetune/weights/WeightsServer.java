package org.finetune.weights;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A server on this machine that answers each request as the test has laid down, and then as a good server does. */
final class WeightsServer implements AutoCloseable {
    static final String ENTITY_TAG = "\"v1\"";

    /** "METHOD path Range If-Range" of each request, without the headers that were not sent. */
    final List<String> requests = Collections.synchronizedList(new ArrayList<>());

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Queue<HttpHandler> answers = new ArrayDeque<>();
    private final CountDownLatch end = new CountDownLatch(1);
    private final byte[] content;

    WeightsServer(byte[] content) throws IOException {
        this.content = content;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    URI location() {
        return URI.create("http://localhost:" + server.getAddress().getPort() + "/weights/");
    }

    int port() {
        return server.getAddress().getPort();
    }

    /** Answers the next request that has no answer yet. */
    WeightsServer then(HttpHandler answer) {
        answers.add(answer);
        return this;
    }

    private void handle(HttpExchange exchange) throws IOException {
        List<String> request = new ArrayList<>();
        request.add(exchange.getRequestMethod());
        request.add(exchange.getRequestURI().toString());
        request.addAll(exchange.getRequestHeaders().getOrDefault("Range", List.of()));
        request.addAll(exchange.getRequestHeaders().getOrDefault("If-Range", List.of()));
        requests.add(String.join(" ", request));
        HttpHandler answer;
        synchronized (answers) {
            answer = answers.poll();
        }
        try (exchange) {
            if (answer == null) {
                whole(exchange);
            } else {
                answer.handle(exchange);
            }
        }
    }

    /** Sends what is asked for. */
    void whole(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("ETag", ENTITY_TAG);
        String range = exchange.getRequestHeaders().getFirst("Range");
        if (range == null || !ENTITY_TAG.equals(exchange.getRequestHeaders().getFirst("If-Range"))) {
            exchange.sendResponseHeaders(200, content.length);
            exchange.getResponseBody().write(content);
        } else {
            int from = Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
            exchange.getResponseHeaders()
                    .set("Content-Range", "bytes " + from + "-" + (content.length - 1) + "/" + content.length);
            exchange.sendResponseHeaders(206, content.length - from);
            exchange.getResponseBody().write(content, from, content.length - from);
        }
    }

    /** Sends half of the file, promising the whole. */
    private void half(HttpExchange exchange, String entityTag) throws IOException {
        if (!entityTag.isEmpty()) {
            exchange.getResponseHeaders().set("ETag", entityTag);
        }
        exchange.sendResponseHeaders(200, content.length);
        exchange.getResponseBody().write(content, 0, content.length / 2);
        exchange.getResponseBody().flush();
    }

    /** Breaks the connection after half of the file. */
    HttpHandler broken(String entityTag) {
        return exchange -> half(exchange, entityTag);
    }

    /** Sends half of the file and then nothing more. */
    HttpHandler stalling() {
        return exchange -> {
            half(exchange, ENTITY_TAG);
            await();
        };
    }

    /** Never answers. */
    HttpHandler silent() {
        return exchange -> await();
    }

    static HttpHandler status(int status) {
        return exchange -> exchange.sendResponseHeaders(status, -1);
    }

    /** Sends something without telling its length. */
    static HttpHandler chunked(byte[] body) {
        return exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(body);
        };
    }

    private void await() {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        end.countDown();
        server.stop(0);
        threads.shutdown();
    }
}
