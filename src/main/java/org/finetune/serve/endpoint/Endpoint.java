package org.finetune.serve.endpoint;

import java.util.concurrent.CompletableFuture;
import org.finetune.serve.http.HttpFailure;
import org.finetune.serve.http.HttpResponse;
import org.finetune.serve.http.Query;

/** Answers the requests to a path. */
public interface Endpoint {
    /**
     * Answers a request, now or later, without holding the thread.
     *
     * @return is completed with the response, or exceptionally, as with an {@link HttpFailure}
     * @throws HttpFailure if the request is refused
     */
    CompletableFuture<HttpResponse> answer(Query query);

    /** An endpoint that has its response at once. */
    interface Immediate extends Endpoint {
        /** The response. */
        HttpResponse now(Query query);

        @Override
        default CompletableFuture<HttpResponse> answer(Query query) {
            return CompletableFuture.completedFuture(now(query));
        }
    }
}
