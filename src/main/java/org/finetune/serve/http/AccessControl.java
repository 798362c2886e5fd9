package org.finetune.serve.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.HostPort;

/**
 * Who may ask the server.
 *
 * @param token what clients have to send as {@code Authorization: Bearer TOKEN}, if anything
 * @param localOnly whether the host that a request names must be this machine's loopback interface. A page of another site
 *     can have its name lead there, and would else ask in the name of the user
 */
public record AccessControl(Optional<String> token, boolean localOnly) {
    private static final String SCHEME = "Bearer ";

    /**
     * Refuses a request that names another host.
     *
     * @throws HttpFailure if so
     */
    public void requireHost(Request request) {
        if (localOnly && !isLocal(Request.getServerName(request))) {
            throw new HttpFailure(
                    HttpFailure.MISDIRECTED,
                    "The server answers requests to localhost only; --no-auth or --token-file opens it to other names.");
        }
    }

    private static boolean isLocal(String name) {
        String host = HostPort.normalizeHost(name);
        return host.equals("localhost")
                || host.endsWith(".localhost")
                || host.equals("[::1]")
                || host.matches("127\\.\\d+\\.\\d+\\.\\d+");
    }

    /**
     * Refuses a request without the token.
     *
     * @throws HttpFailure if so
     */
    public void requireToken(Request request) {
        if (token.isPresent() && !hasToken(request, token.get())) {
            throw new HttpFailure(
                    HttpFailure.UNAUTHORIZED,
                    "The server requires a token; send it in the header 'Authorization: Bearer TOKEN'.");
        }
    }

    private static boolean hasToken(Request request, String token) {
        String given = request.getHeaders().get(HttpHeader.AUTHORIZATION);
        return given != null
                && given.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                && MessageDigest.isEqual(
                        given.substring(SCHEME.length()).strip().getBytes(StandardCharsets.UTF_8),
                        token.getBytes(StandardCharsets.UTF_8));
    }
}
