package org.finetune.weights;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import javax.net.ssl.SSLException;
import org.finetune.FailureReason;

/** Why a try to get a file failed. */
record TransferFailure(IOException cause) {

    /**
     * The reason in a few words.
     *
     * @param host name of the server
     */
    String reason(String host, DownloadLimits limits) {
        if (isUnknownHost()) {
            return host + " cannot be reached: unknown host";
        }
        if (cause instanceof HttpConnectTimeoutException) {
            return host + " cannot be reached: no connection within "
                    + limits.connect().toSeconds() + " s";
        }
        if (isUnreachable()) {
            return host + " cannot be reached: "
                    + (cause.getMessage() == null ? "connection refused" : cause.getMessage());
        }
        if (cause instanceof HttpTimeoutException) {
            return host + " has not answered for " + limits.stall().toSeconds() + " s";
        }
        return FailureReason.of(cause);
    }

    /** Whether another try would fail too. */
    boolean isFinal() {
        return isUnreachable() || cause instanceof SSLException;
    }

    private boolean isUnreachable() {
        return isUnknownHost()
                || cause instanceof ConnectException
                || cause instanceof NoRouteToHostException
                || cause instanceof HttpConnectTimeoutException;
    }

    private boolean isUnknownHost() {
        for (Throwable inner = cause; inner != null; inner = inner.getCause()) {
            if (inner instanceof UnknownHostException || inner instanceof UnresolvedAddressException) {
                return true;
            }
        }
        return false;
    }
}
