package org.finetune.serve.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/**
 * A response of the server.
 *
 * @param status the HTTP status code
 * @param headers the headers that it has beyond those of every response
 * @param content the body
 */
public record HttpResponse(int status, HttpFields headers, byte[] content) {
    /** The status code of success. */
    public static final int OK = 200;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String JSON_TYPE = "application/json";

    /** A successful response in a media type. */
    public static HttpResponse of(String type, byte[] content) {
        return new HttpResponse(OK, HttpFields.from(new HttpField(HttpHeader.CONTENT_TYPE, type)), content);
    }

    /** A successful response in JSON. */
    public static HttpResponse json(Object value) {
        return json(OK, value);
    }

    /** A response in JSON with a status code. */
    public static HttpResponse json(int status, Object value) {
        try {
            return new HttpResponse(
                    status,
                    HttpFields.from(new HttpField(HttpHeader.CONTENT_TYPE, JSON_TYPE)),
                    JSON.writeValueAsBytes(value));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The response to a refused or failed request: {@code {"error": "..."}}, as all protocols have it. */
    public static HttpResponse failure(HttpFailure failure) {
        HttpResponse response = json(failure.status(), Map.of("error", failure.getMessage()));
        return switch (failure.status()) {
            case HttpFailure.UNAVAILABLE -> response.with("Retry-After", "1");
            case HttpFailure.UNAUTHORIZED -> response.with("WWW-Authenticate", "Bearer");
                // The rest of the body is not read.
            case HttpFailure.TOO_LARGE, HttpFailure.TIMEOUT -> response.with("Connection", "close");
            default -> response;
        };
    }

    /** The same with another header. */
    public HttpResponse with(String header, String value) {
        return new HttpResponse(status, HttpFields.build(headers).put(header, value), content);
    }
}
