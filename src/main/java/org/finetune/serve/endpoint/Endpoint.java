package org.finetune.serve.endpoint;

import java.util.concurrent.CompletableFuture;
import org.finetune.serve.http.Answer;
import org.finetune.serve.http.HttpFailure;
import org.finetune.serve.http.Query;

/** Answers the requests to a path. */
public interface Endpoint {
    /**
     * Answers a request, now or later, without holding the thread.
     *
     * @return is completed with the answer, or exceptionally, as with an {@link HttpFailure}
     * @throws HttpFailure if the request is refused
     */
    CompletableFuture<Answer> answer(Query query);

    /** An endpoint that knows its answer at once. */
    interface Immediate extends Endpoint {
        /** The answer. */
        Answer now(Query query);

        @Override
        default CompletableFuture<Answer> answer(Query query) {
            return CompletableFuture.completedFuture(now(query));
        }
    }
}
