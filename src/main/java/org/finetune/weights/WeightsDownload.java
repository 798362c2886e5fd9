package org.finetune.weights;

import java.io.IOException;
import java.net.ProxySelector;
import java.net.URI;
import java.nio.file.Path;
import org.finetune.FinetuneException;
import org.finetune.model.Architecture;

/**
 * Downloads weights files, each whole or not at all. Where there is no network it fails at once.
 */
final class WeightsDownload {
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
        ProxySelector proxies = ProxySettings.select(System.getProperties(), System.getenv());
        return new WeightsDownload(OfficialWeights.LOCATION, proxies, DownloadLimits.DEFAULT, listener);
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
            // The digest first: a file never lacks the digest to check it by.
            DigestFile.write(target, read.sha256());
            part.moveToTarget();
            return read;
        } catch (IOException e) {
            throw DownloadException.unwritable(target, e);
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
            throw new DownloadException("what " + location.getHost() + " sent are no weights for this network", e);
        }
    }
}
