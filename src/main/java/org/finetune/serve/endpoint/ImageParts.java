package org.finetune.serve.endpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.MultiPart;
import org.eclipse.jetty.http.MultiPartConfig;
import org.eclipse.jetty.http.MultiPartFormData;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.Attributes;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Promise;
import org.finetune.serve.http.HttpFailure;
import org.finetune.serve.http.Query;

/** The image files in the body of a request: the body itself, or the files of a form. */
final class ImageParts {
    private static final int MOST_PARTS = 10_000;
    private static final String FORM = "multipart/form-data";

    private ImageParts() {}

    /**
     * Reads the body.
     *
     * @return is completed with the contents of at least one file
     * @throws HttpFailure if the body is of another type
     */
    static CompletableFuture<List<byte[]>> read(Query query) {
        String type = query.header(HttpHeader.CONTENT_TYPE);
        if (isForm(type)) {
            return query.body().thenCompose(body -> files(body, type));
        }
        if (!isImage(type)) {
            throw new HttpFailure(
                    HttpFailure.UNSUPPORTED_TYPE,
                    "Send an image with a Content-Type such as image/jpeg or application/octet-stream, or several as "
                            + FORM + ".");
        }
        return query.body().thenApply(body -> {
            if (body.length == 0) {
                throw HttpFailure.badRequest("The request has no image; send one as its body.");
            }
            return List.of(body);
        });
    }

    private static boolean isForm(String type) {
        return type.toLowerCase(Locale.ROOT).startsWith(FORM);
    }

    private static boolean isImage(String type) {
        String lower = type.toLowerCase(Locale.ROOT);
        return lower.startsWith("image/") || lower.startsWith("application/octet-stream");
    }

    private static CompletableFuture<List<byte[]>> files(byte[] body, String type) {
        MultiPartConfig limits = new MultiPartConfig.Builder()
                .maxParts(MOST_PARTS)
                .maxSize(-1)
                .maxPartSize(-1)
                .maxMemoryPartSize(body.length + 1L)
                .useFilesForPartsWithoutFileName(false)
                .build();
        CompletableFuture<MultiPartFormData.Parts> parts = new CompletableFuture<>();
        MultiPartFormData.onParts(
                Content.Source.from(ByteBuffer.wrap(body)),
                new Attributes.Mapped(),
                type,
                limits,
                Promise.Invocable.toPromise(parts));
        return parts.handle((all, failure) -> {
            if (failure != null) {
                throw HttpFailure.badRequest(
                        "The form cannot be read; send it as " + FORM + " with a file in each part.");
            }
            return contents(all);
        });
    }

    private static List<byte[]> contents(MultiPartFormData.Parts parts) {
        List<byte[]> contents = new ArrayList<>();
        try (parts) {
            for (MultiPart.Part part : parts) {
                String type = part.getHeaders().get(HttpHeader.CONTENT_TYPE);
                if (part.getFileName() != null || type != null && isImage(type)) {
                    contents.add(BufferUtil.toArray(Content.Source.asByteBuffer(part.getContentSource())));
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        if (contents.isEmpty()) {
            throw HttpFailure.badRequest("The form has no files; send each image as a file.");
        }
        return contents;
    }
}
