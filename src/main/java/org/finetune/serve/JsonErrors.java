package org.finetune.serve;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** What is answered to requests that are no HTTP, or that break its limits: a sentence in JSON, as elsewhere. */
final class JsonErrors extends ErrorHandler {
    private static final String JSON = "application/json";

    private static byte[] content(int status) {
        return ("{\"error\":\"" + HttpStatus.getMessage(status) + ".\"}").getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, JSON);
        response.write(true, ByteBuffer.wrap(content(response.getStatus())), callback);
        return true;
    }
}
