package org.finetune.weights;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.finetune.HomeDirectory;

/**
 * Where weights files are kept.
 *
 * @param models {@code models/} in the directory of the installation; nothing is ever written there
 * @param cache directory of the user that downloads go to; it need not exist yet
 */
public record WeightsDirectories(Path models, Path cache) {

    /** The directories of this installation, which the system property {@code finetune.home} names, and this user. */
    public static WeightsDirectories ofInstallation() {
        Path home = Path.of(System.getProperty("finetune.home", ""));
        return new WeightsDirectories(home.resolve("models"), cacheDirectory(System.getenv()));
    }

    /** The user's cache directory by the XDG base directory specification. */
    static Path cacheDirectory(Map<String, String> environment) {
        String caches = environment.getOrDefault("XDG_CACHE_HOME", "");
        Path base = caches.startsWith("/")
                ? Path.of(caches)
                : HomeDirectory.of(environment).resolve(".cache");
        return base.resolve("finetune").resolve("weights");
    }

    /** Both, in the order in which they are searched. */
    public List<Path> inOrder() {
        return List.of(models, cache);
    }
}
