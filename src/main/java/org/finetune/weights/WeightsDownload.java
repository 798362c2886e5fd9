package org.finetune.weights;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Optional;
import org.finetune.FinetuneException;
import org.finetune.model.Architecture;

/**
 * Downloads weights files, each whole or not at all. Where there is no network it fails at once.
 */
public final class WeightsDownload {
    private final URI location;
    private final ProxySelector proxies;
    private final DownloadLimits limits;
    private final DownloadListener listener;

    /**
     * Downloads from some place.
     *
     * @param location directory of the files
     */
    WeightsDownload(URI location, ProxySelector proxies, DownloadLimits limits, DownloadListener listener) {
        this.location = location;
        this.proxies = proxies;
        this.limits = limits;
        this.listener = listener;
    }

    /** Downloads Keras's official files. */
    static WeightsDownload official(DownloadListener listener) {
        return official(DownloadLimits.DEFAULT, listener);
    }

    private static WeightsDownload official(DownloadLimits limits, DownloadListener listener) {
        ProxySelector proxies = ProxySettings.select(System.getProperties(), System.getenv());
        return new WeightsDownload(OfficialWeights.LOCATION, proxies, limits, listener);
    }

    /** Why Keras's official files cannot be downloaded now, as a clause, or "" if they can. It takes a few seconds at most. */
    public static String obstacleNow() {
        return official(DownloadLimits.TRY, new DownloadListener() {}).obstacle();
    }

    /**
     * Downloads a file, reads it, and only then puts it into its place, with its digest beside it.
     *
     * @param target where to put it; its name is the file's name on the server
     * @return what is in the file
     * @throws DownloadException if the file cannot be had, kept, or is not what it should be
     */
    KerasWeightsFile download(Path target, Architecture architecture) throws DownloadException {
        try (PartFile part = open(target)) {
            String name = target.getFileName().toString();
            new Transfer(location.resolve(name), name, part, proxies, limits, listener).run();
            KerasWeightsFile read = read(part, architecture);
            requirePublished(name, read.sha256());
            // The digest first: a file never lacks the digest to check it by.
            DigestFile.write(target, read.sha256());
            part.moveToTarget();
            return read;
        } catch (IOException e) {
            throw DownloadException.unwritable(target, e);
        }
    }

    private void requirePublished(String name, String sha256) throws DownloadException {
        Optional<String> published = OfficialWeights.sha256(name);
        if (published.isPresent() && !published.get().equals(sha256)) {
            throw new DownloadException("what " + location.getHost() + " sent is not the published file");
        }
    }

    /**
     * Asks the server for nothing but an answer.
     *
     * @return why it cannot be had within the limits, as a clause, or "" if files can be downloaded
     */
    String obstacle() {
        HttpRequest request = HttpRequest.newBuilder(
                        location.resolve(OfficialWeights.fileName(Architecture.of(1.0, 224))))
                .method("HEAD", HttpRequest.BodyPublishers.noBody())
                .timeout(limits.stall())
                .build();
        try {
            int status = Transfer.client(proxies, limits)
                    .send(request, HttpResponse.BodyHandlers.discarding())
                    .statusCode();
            return status == HttpURLConnection.HTTP_OK
                    ? ""
                    : location.getHost() + " answers " + request.uri() + " with status " + status;
        } catch (IOException e) {
            return new TransferFailure(e).reason(location.getHost(), limits);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "it was interrupted";
        }
    }

    private static PartFile open(Path target) throws DownloadException {
        try {
            return new PartFile(target);
        } catch (IOException e) {
            throw DownloadException.unwritable(target, e);
        }
    }

    private KerasWeightsFile read(PartFile part, Architecture architecture) throws DownloadException {
        try {
            return KerasWeightsFile.read(part.path(), architecture);
        } catch (FinetuneException e) {
            throw new DownloadException("what " + location.getHost() + " sent are not weights for this network", e);
        }
    }
}
