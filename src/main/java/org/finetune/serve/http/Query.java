package org.finetune.serve.http;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Fields;

/**
 * What a client asks.
 *
 * @param request the request
 * @param variables what the variable parts of its path are, by name
 * @param bodies reads the body
 */
public record Query(Request request, Map<String, String> variables, BodyLimits bodies) {

    /** A variable part of the path. */
    public String variable(String name) {
        return variables.get(name);
    }

    /** A header, or "" if there is none. */
    public String header(HttpHeader header) {
        return Optional.ofNullable(request.getHeaders().get(header)).orElse("");
    }

    /** A header by its name. */
    public Optional<String> header(String name) {
        return Optional.ofNullable(request.getHeaders().get(name));
    }

    /** A parameter after the question mark. */
    public Optional<String> parameter(String name) {
        Fields fields = Request.extractQueryParameters(request);
        return Optional.ofNullable(fields.getValue(name));
    }

    /**
     * A parameter that is a number.
     *
     * @throws HttpFailure if it is another or less than 1
     */
    public int count(String name, int byDefault) {
        return parameter(name)
                .map(text -> {
                    try {
                        int count = Integer.parseInt(text);
                        if (count >= 1) {
                            return count;
                        }
                    } catch (NumberFormatException e) {
                        // Said below.
                    }
                    throw HttpFailure.badRequest(name + " must be a whole number of at least 1.");
                })
                .orElse(byDefault);
    }

    /**
     * A parameter that is true or false; false where there is none.
     *
     * @throws HttpFailure if it is something else
     */
    public boolean flag(String name) {
        String text = parameter(name).orElse("false");
        if (!text.equals("true") && !text.equals("false")) {
            throw HttpFailure.badRequest(name + " must be true or false.");
        }
        return text.equals("true");
    }

    /** Reads the body, without holding a thread while it comes. Fails with an {@link HttpFailure} where limits are exceeded. */
    public CompletableFuture<byte[]> body() {
        return bodies.read(request);
    }
}
