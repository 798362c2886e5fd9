package org.finetune.serve.endpoint;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.finetune.serve.http.HttpResponse;
import org.finetune.serve.http.Query;

/** A file of the page on which people can try the model. */
final class PageFile implements Endpoint.Immediate {
    /** Nothing but what the server itself has. Photos that were chosen are {@code blob:}, maps {@code data:}. */
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
            + " img-src 'self' blob: data:; media-src 'self' blob:; base-uri 'none'; form-action 'none';"
            + " frame-ancestors 'none'";

    private final HttpResponse response;

    private PageFile(HttpResponse response) {
        this.response = response;
    }

    /** Reads a file that lies beside this class. */
    static PageFile of(String name, String type) {
        try (InputStream in = PageFile.class.getResourceAsStream(name)) {
            return new PageFile(HttpResponse.of(type, in.readAllBytes()).with("Content-Security-Policy", POLICY));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public HttpResponse now(Query query) {
        return response;
    }
}
