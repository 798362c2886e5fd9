package org.finetune.benchmark;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Asks a server to classify photos, from several connections at once, each of which waits for its answer. It shares the machine
 * with the server, so it uses Java's older client, which takes little of the processor.
 */
public final class ServeClient {
    private final URL address;
    private final List<byte[]> photos;

    private ServeClient(URL address, List<byte[]> photos) {
        this.address = address;
        this.photos = photos;
    }

    /**
     * Prints the median latency in milliseconds and the milliseconds for each photo.
     *
     * @param arguments the address, the number of connections, the number of requests, and a file that lists photos
     */
    public static void main(String[] arguments) throws IOException {
        int connections = Integer.parseInt(arguments[1]);
        int requests = Integer.parseInt(arguments[2]);
        List<byte[]> photos;
        try (Stream<String> lines = Files.lines(Path.of(arguments[3]))) {
            photos = lines.limit(requests).map(ServeClient::read).toList();
        }
        ServeClient client = new ServeClient(new URL(arguments[0]), photos);
        client.run(connections, Math.min(requests, 20 * connections));
        long start = System.nanoTime();
        double[] latencies = client.run(connections, requests);
        double each = (System.nanoTime() - start) / 1e6 / requests;
        Arrays.sort(latencies);
        System.out.printf(Locale.ROOT, "%.3f %.3f%n", latencies[latencies.length / 2], each);
        System.exit(0);
    }

    private static byte[] read(String photo) {
        try {
            return Files.readAllBytes(Path.of(photo));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The latency of each request in milliseconds. */
    private double[] run(int connections, int requests) {
        double[] latencies = new double[requests];
        AtomicInteger next = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(connections);
        CompletableFuture<?>[] running = IntStream.range(0, connections)
                .mapToObj(connection -> CompletableFuture.runAsync(
                        () -> {
                            for (int i = next.getAndIncrement(); i < requests; i = next.getAndIncrement()) {
                                latencies[i] = ask(photos.get(i % photos.size()));
                            }
                        },
                        threads))
                .toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(running).join();
        threads.shutdown();
        return latencies;
    }

    private double ask(byte[] photo) {
        try {
            long start = System.nanoTime();
            HttpURLConnection connection = (HttpURLConnection) address.openConnection();
            connection.setDoOutput(true);
            connection.setFixedLengthStreamingMode(photo.length);
            connection.setRequestProperty("Content-Type", "image/jpeg");
            try (OutputStream body = connection.getOutputStream()) {
                body.write(photo);
            }
            // Read to its end, so that the connection can be used again.
            try (InputStream answer = connection.getInputStream()) {
                answer.readAllBytes();
            }
            return (System.nanoTime() - start) / 1e6;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
