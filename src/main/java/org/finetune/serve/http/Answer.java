package org.finetune.serve.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/**
 * What the server answers.
 *
 * @param status the status of HTTP
 * @param headers the headers that this answer has beyond those of every answer
 * @param content the body
 */
public record Answer(int status, HttpFields headers, byte[] content) {
    /** The status of success. */
    public static final int OK = 200;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String JSON_TYPE = "application/json";

    /** An answer in a media type. */
    public static Answer of(String type, byte[] content) {
        return new Answer(OK, HttpFields.from(new HttpField(HttpHeader.CONTENT_TYPE, type)), content);
    }

    /** An answer in JSON. */
    public static Answer json(Object value) {
        return json(OK, value);
    }

    /** An answer in JSON with a status. */
    public static Answer json(int status, Object value) {
        try {
            return new Answer(
                    status,
                    HttpFields.from(new HttpField(HttpHeader.CONTENT_TYPE, JSON_TYPE)),
                    JSON.writeValueAsBytes(value));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A refusal: {@code {"error": "..."}}, as all protocols have it. */
    public static Answer failure(HttpFailure failure) {
        Answer answer = json(failure.status(), Map.of("error", failure.getMessage()));
        return switch (failure.status()) {
            case HttpFailure.UNAVAILABLE -> answer.with("Retry-After", "1");
            case HttpFailure.UNAUTHORIZED -> answer.with("WWW-Authenticate", "Bearer");
                // The rest of the body is not read.
            case HttpFailure.TOO_LARGE, HttpFailure.TIMEOUT -> answer.with("Connection", "close");
            default -> answer;
        };
    }

    /** The same with another header. */
    public Answer with(String header, String value) {
        return new Answer(status, HttpFields.build(headers).put(header, value), content);
    }
}
