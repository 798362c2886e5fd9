package org.finetune.serve;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.finetune.serve.http.AccessControl;
import org.finetune.serve.http.AccessLog;

/**
 * How the server is reached, what it takes, and when it does not know.
 *
 * @param host name or address of the interface that it listens on
 * @param port the port, or 0 for any that is free
 * @param access who may ask
 * @param origins origins of other sites whose pages may ask, such as {@code https://example.org}, or {@code *} for all
 * @param queue most images that are in work or wait
 * @param maxBody most bytes of a request
 * @param timeLimit longest time that the headers, and then the body, of a request may take to arrive
 * @param log the form of the access log
 * @param threshold lowest probability with which a class is answered; without it, one is answered for every image
 */
public record ServeSettings(
        String host,
        int port,
        AccessControl access,
        List<String> origins,
        int queue,
        int maxBody,
        Duration timeLimit,
        AccessLog.Format log,
        Optional<Double> threshold) {

    /** Whether only this machine can reach a host. One that there is not is taken for such: to listen on it will fail. */
    public static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return true;
        }
    }
}
