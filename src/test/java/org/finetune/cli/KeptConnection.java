package org.finetune.cli;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A connection to a server on which one request follows another, until the server says that it closes it. Java's own client may
 * close a connection by itself under load: an answer that comes before its pool has noticed that the connection is in use again
 * is taken for data that nobody has asked for.
 */
final class KeptConnection implements AutoCloseable {
    private final ServeProcess server;
    private Socket socket;
    private InputStream in;

    /** An answer; the names of its headers are in lower case. */
    record Answer(int status, Map<String, String> headers, String body) {}

    KeptConnection(ServeProcess server) {
        this.server = server;
    }

    /**
     * Posts a body of a media type.
     *
     * @throws EOFException if the server closes the connection without an answer
     */
    Answer post(String path, String type, byte[] body) throws IOException {
        if (socket == null) {
            socket = server.connect();
            in = new BufferedInputStream(socket.getInputStream());
        }
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + type
                        + "\r\nContent-Length: " + body.length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        request.writeBytes(body);
        OutputStream out = socket.getOutputStream();
        out.write(request.toByteArray());
        Answer answer = read();
        if ("close".equals(answer.headers().get("connection"))) {
            close();
        }
        return answer;
    }

    private Answer read() throws IOException {
        int status = Integer.parseInt(line().split(" ")[1]);
        Map<String, String> headers = new TreeMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        int length = Integer.parseInt(headers.get("content-length"));
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
            throw new EOFException("The server has closed the connection within an answer");
        }
        return new Answer(status, headers, new String(body, StandardCharsets.UTF_8));
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("The server has closed the connection instead of answering");
            }
            line.append((char) next);
        }
        return line.toString().strip();
    }

    /** Closes the connection; the next request opens another. */
    @Override
    public void close() {
        if (socket != null) {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            socket = null;
        }
    }
}
