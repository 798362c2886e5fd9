package org.finetune.data.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.junit.jupiter.api.Test;

class PreprocessingTest {
    @Test
    void survivesJson() throws JsonProcessingException {
        Preprocessing preprocessing = new Preprocessing(160);
        ObjectMapper json = new ObjectMapper();
        Map<String, Object> read =
                json.readValue(json.writeValueAsString(preprocessing.toMap()), new TypeReference<>() {});
        assertEquals(preprocessing, Preprocessing.fromMap(read));
    }

    @Test
    void resizeIsKeptWithTheModel() {
        for (Resize resize : Resize.values()) {
            Preprocessing preprocessing = new Preprocessing(96, resize);
            assertEquals(preprocessing, Preprocessing.fromMap(preprocessing.toMap()));
        }
    }

    @Test
    void modelsOfTheFirstVersionKeepTheirs() {
        Preprocessing first = new Preprocessing(96, Resize.STRETCH, 1);
        assertEquals(first, Preprocessing.fromMap(first.toMap()));
        assertNotEquals(first, Preprocessing.fromMap(new Preprocessing(96).toMap()));
    }

    @Test
    void refusesAnyOtherContract() {
        Map<String, Object> good = new Preprocessing(96).toMap();
        for (String key : good.keySet()) {
            Map<String, Object> other = new Preprocessing(96).toMap();
            other.put(key, "something else");
            assertRefused(other, key.equals("size") ? "no valid input size" : key + ": something else");
            other.remove(key);
            assertRefused(other, key.equals("size") ? "no valid input size" : key + ": null");
        }
        good.put("size", -1);
        assertRefused(good, "no valid input size");
    }

    private static void assertRefused(Map<String, Object> map, String message) {
        FinetuneException e = assertThrows(FinetuneException.class, () -> Preprocessing.fromMap(map));
        assertEquals(ExitCode.MODEL, e.exitCode());
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }
}
