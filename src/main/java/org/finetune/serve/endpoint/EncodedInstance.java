package org.finetune.serve.endpoint;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import java.io.IOException;

/**
 * An image in a request of TensorFlow Serving's: {@code {"b64": "..."}}, or that under the name of an input.
 *
 * @param file the content of the image file
 */
@JsonDeserialize(using = EncodedInstance.Reader.class)
record EncodedInstance(byte[] file) {

    /** Reads it token by token, so that nothing else that is there takes memory. */
    static final class Reader extends StdDeserializer<EncodedInstance> {
        private static final long serialVersionUID = 1L;

        Reader() {
            super(EncodedInstance.class);
        }

        @Override
        public EncodedInstance deserialize(JsonParser json, DeserializationContext context) throws IOException {
            byte[] file = read(json, context, true);
            return new EncodedInstance(file);
        }

        private byte[] read(JsonParser json, DeserializationContext context, boolean named) throws IOException {
            if (!json.hasToken(JsonToken.START_OBJECT) || json.nextToken() != JsonToken.FIELD_NAME) {
                return refuse(context);
            }
            boolean encoded = json.currentName().equals("b64");
            JsonToken value = json.nextToken();
            byte[] file = encoded && value == JsonToken.VALUE_STRING
                    ? json.getBinaryValue()
                    : named ? read(json, context, false) : refuse(context);
            return json.nextToken() == JsonToken.END_OBJECT ? file : refuse(context);
        }

        private byte[] refuse(DeserializationContext context) throws IOException {
            return context.reportInputMismatch(this, "no image in base64");
        }
    }
}
