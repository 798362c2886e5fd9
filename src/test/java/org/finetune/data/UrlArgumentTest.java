package org.finetune.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.data.source.PhotoSources;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UrlArgumentTest {
    @ParameterizedTest
    @CsvSource({
        "s3://bucket/photos, s3://bucket/photos",
        "S3:/bucket/photos, S3://bucket/photos",
        "s3://KEY:sec/r+et@bucket/photos, s3://bucket/photos",
        "https:/user:pw@host/a.jpg, https://host/a.jpg",
        "https://token@host/a@2x.jpg, https://host/a@2x.jpg",
        "https://host/a.jpg?X-Amz-Signature=abc&x=y, https://host/a.jpg",
        "photos/a@b?.jpg, photos/a@b?.jpg",
    })
    void secretsAreNotShown(String text, String shown) {
        assertEquals(shown, UrlArgument.withoutSecrets(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3://KEY:secret@bucket/photos", "gs://bucket/photos?sig=secret", "az://secret@box/photos"})
    void bucketsAreRefusedWithTheRemedyAndWithoutSecrets(String url) {
        for (FinetuneException e : List.of(
                assertThrows(FinetuneException.class, () -> PhotoSources.of(Path.of(url))),
                assertThrows(FinetuneException.class, () -> PhotoPaths.expand(List.of(url), PhotoSources::photosIn)))) {
            assertEquals(ExitCode.USAGE, e.exitCode());
            assertTrue(
                    e.getMessage().contains("is a URL, and URLs are not supported; mount the bucket"), e.getMessage());
            assertTrue(e.getMessage().contains("docs/photos.md"), e.getMessage());
            assertFalse(e.getMessage().contains("secret"), e.getMessage());
        }
    }

    @Test
    void drivesAndPatternsAreNoUrls() {
        for (String path : List.of("C:/photos", "photos/a:b/c.jpg", "./s3:/x", "a.jpg")) {
            assertFalse(UrlArgument.isUrl(path), path);
        }
    }
}
