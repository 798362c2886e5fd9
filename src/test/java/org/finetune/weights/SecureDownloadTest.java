package org.finetune.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.finetune.model.Architecture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Downloads over TLS, from a server on this machine with a certificate that is made here. */
@Timeout(60)
class SecureDownloadTest {
    private static final Architecture ARCHITECTURE = Architecture.of(0.35, 96);
    private static final String NAME = "weights.h5";
    private static final char[] PASSWORD = "password".toCharArray();
    private static final DownloadLimits LIMITS = new DownloadLimits(
            Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofMillis(1), 1, KerasWeightsFile.MAX_BYTES);

    @TempDir
    private Path directory;

    private final SSLContext before = defaultContext();
    private SSLContext ownCertificate;
    private HttpsServer secure;
    private WeightsServer plain;

    private static SSLContext defaultContext() {
        try {
            return SSLContext.getDefault();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @BeforeEach
    void startServers() throws Exception {
        Path weights = KerasFileBuilder.of(ARCHITECTURE, KerasFileBuilder.random(ARCHITECTURE, 1))
                .write(directory.resolve("a.h5"));
        byte[] content = Files.readAllBytes(weights);
        plain = new WeightsServer(content);
        ownCertificate = context(makeCertificate());
        secure = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        secure.setHttpsConfigurator(new HttpsConfigurator(ownCertificate));
        secure.createContext("/good/", exchange -> {
            try (exchange) {
                exchange.sendResponseHeaders(200, content.length);
                exchange.getResponseBody().write(content);
            }
        });
        secure.createContext("/redirected/", exchange -> {
            try (exchange) {
                exchange.getResponseHeaders()
                        .set("Location", plain.location().resolve(NAME).toString());
                exchange.sendResponseHeaders(302, -1);
            }
        });
        secure.start();
    }

    @AfterEach
    void stopServers() {
        SSLContext.setDefault(before);
        secure.stop(0);
        plain.close();
    }

    private KeyStore makeCertificate() throws Exception {
        Path file = directory.resolve("keys.p12");
        Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        Process process = new ProcessBuilder(
                        keytool.toString(),
                        "-genkeypair",
                        "-alias",
                        "server",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=dns:localhost",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        new String(PASSWORD))
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            keys.load(in, PASSWORD);
        }
        return keys;
    }

    private static SSLContext context(KeyStore keys) throws Exception {
        KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(keys, PASSWORD);
        TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        KeyStore certificates = KeyStore.getInstance("PKCS12");
        certificates.load(null, null);
        certificates.setCertificateEntry("server", keys.getCertificate("server"));
        trusted.init(certificates);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
        return context;
    }

    private KerasWeightsFile download(String path) throws DownloadException {
        URI location = URI.create("https://localhost:" + secure.getAddress().getPort() + path);
        return new WeightsDownload(location, ProxySelector.of(null), LIMITS, new DownloadListener() {})
                .download(directory.resolve("cache").resolve(NAME), ARCHITECTURE);
    }

    @Test
    void officialFilesComeOverTls() {
        assertEquals("https", OfficialWeights.LOCATION.getScheme());
    }

    @Test
    void trustedCertificateIsAccepted() throws Exception {
        SSLContext.setDefault(ownCertificate);
        download("/good/").weights().requireMatch(ARCHITECTURE.base());
    }

    @Test
    void untrustedCertificateIsRefused() {
        assertThrows(DownloadException.class, () -> download("/good/"));
        assertEquals(List.of(), plain.requests);
    }

    @Test
    void redirectToPlainHttpIsNotFollowed() {
        SSLContext.setDefault(ownCertificate);
        DownloadException failure = assertThrows(DownloadException.class, () -> download("/redirected/"));
        assertTrue(failure.getMessage().contains("with status 302"), failure.getMessage());
        assertEquals(List.of(), plain.requests);
        assertTrue(Files.notExists(directory.resolve("cache").resolve(NAME)));
    }
}
