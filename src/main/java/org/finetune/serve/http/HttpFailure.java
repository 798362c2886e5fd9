package org.finetune.serve.http;

/**
 * Why a request is not answered as it wishes: an HTTP status code, and one sentence for the client that reveals nothing about
 * the machine.
 */
public final class HttpFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public static final int BAD_REQUEST = 400;
    public static final int UNAUTHORIZED = 401;
    public static final int NOT_FOUND = 404;
    public static final int METHOD_NOT_ALLOWED = 405;
    public static final int TIMEOUT = 408;
    public static final int TOO_LARGE = 413;
    public static final int UNSUPPORTED_TYPE = 415;
    public static final int MISDIRECTED = 421;
    public static final int INTERNAL = 500;
    public static final int UNAVAILABLE = 503;

    private final int status;

    /**
     * Refuses a request.
     *
     * @param status the status code of the response
     * @param sentence what is wrong and, where the client can do something about it, what
     */
    public HttpFailure(int status, String sentence) {
        // Clients cause it: nobody looks for the place in the program.
        super(sentence, null, false, false);
        this.status = status;
    }

    /** A request that is not as it should be. */
    public static HttpFailure badRequest(String sentence) {
        return new HttpFailure(BAD_REQUEST, sentence);
    }

    /** A request for which there is no capacity at the moment. */
    public static HttpFailure unavailable(String sentence) {
        return new HttpFailure(UNAVAILABLE, sentence);
    }

    public int status() {
        return status;
    }
}
