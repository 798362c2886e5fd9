package org.finetune.serve.endpoint;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The elements of a tensor in JSON, row by row, whether they are nested in lists or not.
 *
 * @param numbers the numbers
 * @param files what the texts are in base64
 */
@JsonDeserialize(using = TensorData.Reader.class)
record TensorData(float[] numbers, List<byte[]> files) {

    /** Reads it token by token: as objects, numbers would take twenty times the memory. */
    static final class Reader extends StdDeserializer<TensorData> {
        private static final long serialVersionUID = 1L;
        private static final int INITIAL = 1024;

        Reader() {
            super(TensorData.class);
        }

        @Override
        public TensorData deserialize(JsonParser json, DeserializationContext context) throws IOException {
            float[] numbers = new float[INITIAL];
            int count = 0;
            List<byte[]> files = new ArrayList<>();
            int depth = 0;
            for (JsonToken token = json.currentToken(); ; token = json.nextToken()) {
                if (token == JsonToken.START_ARRAY) {
                    depth++;
                } else if (token == JsonToken.END_ARRAY) {
                    depth--;
                } else if (token == JsonToken.VALUE_STRING) {
                    files.add(json.getBinaryValue());
                } else if (token == JsonToken.VALUE_NUMBER_FLOAT || token == JsonToken.VALUE_NUMBER_INT) {
                    numbers = count == numbers.length ? Arrays.copyOf(numbers, 2 * count) : numbers;
                    numbers[count++] = json.getFloatValue();
                } else {
                    return context.reportInputMismatch(this, "no list of numbers or texts");
                }
                if (depth == 0) {
                    return new TensorData(Arrays.copyOf(numbers, count), files);
                }
            }
        }
    }
}
