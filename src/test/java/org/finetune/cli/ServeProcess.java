package org.finetune.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.URLConnection;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.finetune.testing.Signals;

/** {@code finetune serve} as a process, on a free port, and what a client needs to ask it. */
final class ServeProcess implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String BOUNDARY = "xxBOUNDARYxx";
    private static final int MOST_SECONDS = 180;

    private final Process process;
    private final List<String> out = new CopyOnWriteArrayList<>();
    private final List<String> err = new CopyOnWriteArrayList<>();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI address;

    private ServeProcess(Process process) throws InterruptedException {
        this.process = process;
        collect(process.getInputStream(), out);
        collect(process.getErrorStream(), err);
        String ready = awaitError(line -> line.startsWith("Serving "));
        address = URI.create(ready.substring(ready.indexOf("http://")));
    }

    /** Starts the server on a free port and waits until it answers. */
    static ServeProcess start(Path run, String... options) throws IOException, InterruptedException {
        return startWith("", run, options);
    }

    /** The same with options for Java. */
    static ServeProcess startWith(String javaOptions, Path run, String... options)
            throws IOException, InterruptedException {
        return started(command(run, options).with("FINETUNE_JAVA_OPTS", javaOptions));
    }

    /** The command that starts the server on a free port. */
    static CliProcess command(Path run, String... options) {
        List<String> arguments = new ArrayList<>(List.of("serve", run.toString(), "--port", "0"));
        arguments.addAll(List.of(options));
        return CliProcess.finetune(arguments.toArray(String[]::new));
    }

    /** Starts a server by such a command, and waits until it answers. */
    static ServeProcess started(CliProcess command) throws IOException, InterruptedException {
        return new ServeProcess(command.start());
    }

    private static void collect(InputStream stream, List<String> lines) {
        Thread thread = new Thread(() -> {
            try (BufferedReader reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                reader.lines().forEach(lines::add);
            } catch (IOException | UncheckedIOException e) {
                lines.add("reading failed: " + e);
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    /** Waits for a line on standard error. */
    String awaitError(Predicate<String> wanted) throws InterruptedException {
        return await(err, wanted);
    }

    /** Waits for a line of the access log. */
    String awaitLog(Predicate<String> wanted) throws InterruptedException {
        return await(out, wanted);
    }

    private String await(List<String> lines, Predicate<String> wanted) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(MOST_SECONDS);
        while (System.nanoTime() < end) {
            Optional<String> found = lines.stream().filter(wanted).findFirst();
            if (found.isPresent()) {
                return found.get();
            }
            if (!process.isAlive()) {
                break;
            }
            Thread.sleep(5);
        }
        throw new AssertionError("no such line; standard error: " + err + ", standard output: " + out);
    }

    URI address(String path) {
        return address.resolve(path);
    }

    Process process() {
        return process;
    }

    List<String> errors() {
        return err;
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(address(path)));
    }

    /** What is at a path, over a connection that is used for nothing else, so that it was not idle for too long. */
    String getAlone(String path) throws IOException {
        URLConnection connection = address(path).toURL().openConnection();
        connection.setRequestProperty("Connection", "close");
        try (InputStream in = connection.getInputStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Posts a body of a media type. */
    HttpResponse<String> post(String path, String type, byte[] body) throws IOException, InterruptedException {
        return send(request(path, type, body));
    }

    HttpRequest.Builder request(String path, String type, byte[] body) {
        return HttpRequest.newBuilder(address(path))
                .header("Content-Type", type)
                .POST(BodyPublishers.ofByteArray(body));
    }

    /** Posts files as a form. */
    HttpResponse<String> postForm(String path, List<byte[]> files) throws IOException, InterruptedException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (byte[] file : files) {
            body.writeBytes(
                    ("--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a.png\"\r\n"
                                    + "Content-Type: image/png\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            body.writeBytes(file);
            body.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        body.writeBytes(("--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.US_ASCII));
        return post(path, "multipart/form-data; boundary=" + BOUNDARY, body.toByteArray());
    }

    /** A connection on which anything can be sent. */
    Socket connect() throws IOException {
        return new Socket(address.getHost(), address.getPort());
    }

    /** The JSON of an answer with a status. */
    static JsonNode json(int status, HttpResponse<String> response) throws IOException {
        assertEquals(status, response.statusCode(), response.body());
        assertEquals(
                "application/json",
                response.headers().firstValue("Content-Type").orElse(""));
        return JSON.readTree(response.body());
    }

    /** The same of an answer on a connection that is kept. */
    static JsonNode json(int status, KeptConnection.Answer answer) throws IOException {
        assertEquals(status, answer.status(), answer.body());
        assertEquals("application/json", answer.headers().get("content-type"));
        return JSON.readTree(answer.body());
    }

    static byte[] toJson(Object value) throws IOException {
        return JSON.writeValueAsBytes(value);
    }

    /** Tells the server to end, and returns its exit code. */
    int terminate() throws IOException, InterruptedException {
        Signals.send(process.pid(), "TERM");
        assertEquals(true, process.waitFor(MOST_SECONDS, TimeUnit.SECONDS), "It has not ended");
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
