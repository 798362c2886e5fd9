package org.finetune.serve.endpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import org.finetune.serve.http.HttpFailure;

/** Reads bodies in JSON, which may say anything. */
final class JsonBodies {
    private static final int DEEPEST = 20;
    private static final ObjectMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST)
                            // The size of the body is limited.
                            .maxStringLength(Integer.MAX_VALUE)
                            .build())
                    .build())
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private JsonBodies() {}

    /**
     * Reads an object.
     *
     * @param body where it begins
     * @param length number of its bytes
     * @param type what it is
     * @param form how it has to look, for the client
     * @throws HttpFailure if it is something else
     */
    static <T> T read(byte[] body, int length, Class<T> type, String form) {
        try {
            T value = JSON.readValue(body, 0, length, type);
            if (value != null) {
                return value;
            }
        } catch (IOException e) {
            // Said below: Jackson's message shows parts of the body and names classes of the program.
        }
        throw refusal(form);
    }

    /**
     * Refuses a body unless a condition holds.
     *
     * @throws HttpFailure if it does not
     */
    static void require(boolean right, String form) {
        if (!right) {
            throw refusal(form);
        }
    }

    private static HttpFailure refusal(String form) {
        return HttpFailure.badRequest("The body must be JSON of the form " + form + ".");
    }
}
