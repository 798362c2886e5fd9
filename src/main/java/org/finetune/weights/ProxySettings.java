package org.finetune.weights;

import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/** Which proxy to go through. */
final class ProxySettings {
    private static final int DEFAULT_PORT = 80;

    private ProxySettings() {}

    /**
     * Chooses by the JVM's own settings if there are any ({@code https.proxyHost} or {@code java.net.useSystemProxies}),
     * otherwise by the environment variable {@code https_proxy} or {@code HTTPS_PROXY}.
     */
    static ProxySelector select(Properties properties, Map<String, String> environment) {
        if (properties.containsKey("https.proxyHost") || properties.containsKey("java.net.useSystemProxies")) {
            return ProxySelector.getDefault();
        }
        return Stream.of("https_proxy", "HTTPS_PROXY")
                .map(name -> environment.getOrDefault(name, ""))
                .filter(value -> !value.isBlank())
                .findFirst()
                .flatMap(ProxySettings::address)
                .map(ProxySelector::of)
                .orElseGet(ProxySelector::getDefault);
    }

    /** Reads {@code http://host:port}, {@code host:port} or {@code host}; anything else is passed over, as curl does. */
    private static Optional<InetSocketAddress> address(String value) {
        String text = value.strip();
        try {
            URI uri = URI.create(text.contains("://") ? text : "http://" + text);
            if (uri.getHost() == null) {
                return Optional.empty();
            }
            int port = uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort();
            return Optional.of(InetSocketAddress.createUnresolved(uri.getHost(), port));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
