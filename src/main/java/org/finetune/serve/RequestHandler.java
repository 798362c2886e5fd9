package org.finetune.serve;

import java.io.EOFException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.regex.Matcher;
import java.util.stream.Collectors;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.finetune.serve.endpoint.Route;
import org.finetune.serve.endpoint.Routes;
import org.finetune.serve.http.AccessControl;
import org.finetune.serve.http.AccessLog;
import org.finetune.serve.http.BodyLimits;
import org.finetune.serve.http.HttpFailure;
import org.finetune.serve.http.HttpResponse;
import org.finetune.serve.http.Query;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the endpoint of a request, has it answer, and writes its response. */
final class RequestHandler extends Handler.Abstract.NonBlocking {
    private static final Logger LOG = LoggerFactory.getLogger(RequestHandler.class);

    private final List<Route> routes;
    private final AccessControl access;
    private final BodyLimits bodies;
    private final Drain drain;

    RequestHandler(Routes routes, AccessControl access, BodyLimits bodies, Drain drain) {
        this.routes = routes.all();
        this.access = access;
        this.bodies = bodies;
        this.drain = drain;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        drain.begin();
        Request.addCompletionListener(request, failure -> drain.end());
        // The client waits for the network, which is no sign that it is gone.
        request.addIdleTimeoutListener(timeout -> false);
        CompletableFuture<HttpResponse> unused = answer(request).whenComplete((answer, failure) -> {
            if (failure == null) {
                write(answer, request, response, callback);
            } else {
                fail(failure, request, response, callback);
            }
        });
        return true;
    }

    private CompletableFuture<HttpResponse> answer(Request request) {
        try {
            access.requireHost(request);
            Route route = find(request);
            AccessLog.route(request, route.label());
            if (!route.open()) {
                access.requireToken(request);
            }
            return route.endpoint().answer(new Query(request, variables(route, request), bodies));
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private Route find(Request request) {
        String path = request.getHttpURI().getDecodedPath();
        List<Route> there = routes.stream()
                .filter(route -> route.path().matcher(path).matches())
                .toList();
        if (there.isEmpty()) {
            throw new HttpFailure(HttpFailure.NOT_FOUND, "There is nothing at this path.");
        }
        String method = request.getMethod().equals(HttpMethod.HEAD.asString())
                ? HttpMethod.GET.asString()
                : request.getMethod();
        return there.stream()
                .filter(route -> route.method().equals(method))
                .findFirst()
                .orElseThrow(() -> new HttpFailure(
                        HttpFailure.METHOD_NOT_ALLOWED,
                        "This path supports only the method "
                                + there.stream().map(Route::method).collect(Collectors.joining(" or ")) + "."));
    }

    private static Map<String, String> variables(Route route, Request request) {
        Matcher matcher = route.path().matcher(request.getHttpURI().getDecodedPath());
        return matcher.matches() && matcher.groupCount() > 0
                ? Map.of(Routes.MODEL, matcher.group(Routes.MODEL))
                : Map.of();
    }

    private void fail(Throwable thrown, Request request, Response response, Callback callback) {
        Throwable failure = thrown instanceof CompletionException ? thrown.getCause() : thrown;
        if (failure instanceof EOFException) {
            callback.failed(failure);
            return;
        }
        HttpFailure refusal;
        if (failure instanceof HttpException http) {
            refusal = new HttpFailure(http.getCode(), "The request is malformed.");
        } else if (failure instanceof HttpFailure said) {
            refusal = said;
        } else {
            LOG.warn("A request failed", failure);
            refusal = new HttpFailure(HttpFailure.INTERNAL, "The server failed; see its log.");
        }
        write(HttpResponse.failure(refusal), request, response, callback);
    }

    private void write(HttpResponse result, Request request, Response response, Callback callback) {
        response.setStatus(result.status());
        response.getHeaders()
                .put(HttpHeader.CACHE_CONTROL, "no-store")
                .put("X-Content-Type-Options", "nosniff")
                .put("Referrer-Policy", "no-referrer")
                .put("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
                .put(HttpHeader.CONTENT_LENGTH, result.content().length);
        result.headers().forEach(response.getHeaders()::put);
        if (drain.isOver() || hasUnreadBody(request)) {
            response.getHeaders().put(HttpHeader.CONNECTION, "close");
        }
        boolean head = request.getMethod().equals(HttpMethod.HEAD.asString());
        response.write(true, head ? null : ByteBuffer.wrap(result.content()), callback);
    }

    /**
     * Whether a request is answered before all of its body has come. Its connection cannot be used again, which the client
     * must know.
     */
    private static boolean hasUnreadBody(Request request) {
        Content.Chunk chunk = request.read();
        if (chunk == null) {
            return true;
        }
        boolean unread = !chunk.isLast() || chunk.hasRemaining() || Content.Chunk.isFailure(chunk);
        chunk.release();
        return unread;
    }
}
