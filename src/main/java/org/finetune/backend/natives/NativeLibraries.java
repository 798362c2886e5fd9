package org.finetune.backend.natives;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;

/**
 * Loads the native libraries of ND4J and OpenCV from where the installation has them, or else from where JavaCPP has unpacked
 * them in an earlier run. JavaCPP itself looks for each of them, and for what it depends on, in hundreds of places, which takes
 * longer than all the rest of a start.
 */
public final class NativeLibraries {
    private static final String LOADING = "org.bytedeco.javacpp.loadlibraries";
    /**
     * The directory in which an installation has all libraries beside each other; the launcher sets it. It is trusted as the
     * jars beside it are: whoever can write to it could change those too.
     */
    private static final String INSTALLED = "finetune.natives";
    /** Where JavaCPP unpacks to. */
    static final String CACHE = "org.bytedeco.javacpp.cachedir";
    /** Names another BLAS, which is for JavaCPP to find. */
    private static final String OTHER_BLAS = "org.bytedeco.openblas.load";

    private static final List<String> JAVACPP = List.of("org/bytedeco/javacpp/%s/jnijavacpp");
    private static final List<String> OPENCV = List.of(
            "org/bytedeco/opencv/%s/jniopencv_core",
            "org/bytedeco/opencv/%s/jniopencv_imgproc", "org/bytedeco/opencv/%s/jniopencv_imgcodecs");
    private static final List<String> ND4J = List.of(
            "org/bytedeco/openblas/%s/jniopenblas_nolapack",
            "org/bytedeco/openblas/%s/jniopenblas", "org/nd4j/linalg/cpu/nativecpu/bindings/%s-onednn/jnind4jcpu");

    /** What the libraries take when they are unpacked, ND4J's alone 360 MiB of it. */
    public static final int MEBIBYTES = 464;

    private static final int OPENCV_MEBIBYTES = 20;

    private NativeLibraries() {}

    /**
     * Has the libraries of ND4J and OpenCV unpacked to, and loaded from, a directory to which nobody else can write, as the other
     * methods do too.
     *
     * @throws FinetuneException with {@link ExitCode#BACKEND} if there is none, or it has no room or allows no execution
     */
    public static void requirePrivateDirectory() {
        requirePrivateDirectory(MEBIBYTES);
    }

    private static void requirePrivateDirectory(int mebibytes) {
        if (installed().isEmpty()) {
            PrivateDirectory.use(mebibytes);
        }
    }

    /** Java's options with which another process loads the libraries from the same place as this one. */
    public static List<String> javaOptions() {
        return Stream.of(INSTALLED, CACHE, "jna.tmpdir", "jna.boot.library.path", "jna.nounpack")
                .filter(property -> System.getProperty(property) != null)
                .map(property -> "-D" + property + "=" + System.getProperty(property))
                .toList();
    }

    private static Optional<Path> installed() {
        return Optional.ofNullable(System.getProperty(INSTALLED)).map(Path::of);
    }

    /**
     * Loads OpenCV. Nothing of JavaCPP may have been loaded before, and nothing else than OpenCV can be loaded afterwards.
     *
     * @return whether it is loaded; if not, JavaCPP will load it at its first use
     * @throws FinetuneException with {@link ExitCode#BACKEND} if an installation's libraries cannot be loaded
     */
    public static boolean loadOpenCv() {
        requirePrivateDirectory(OPENCV_MEBIBYTES);
        return load(Stream.of(JAVACPP, OPENCV));
    }

    /**
     * Loads ND4J's CPU backend and OpenCV. Nothing of JavaCPP may have been loaded before, and nothing else can be loaded
     * afterwards.
     *
     * @return whether they are loaded; if not, JavaCPP will load them at their first use
     * @throws FinetuneException with {@link ExitCode#BACKEND} if an installation's libraries cannot be loaded
     */
    public static boolean loadAll() {
        requirePrivateDirectory();
        return System.getProperty(OTHER_BLAS) == null && load(Stream.of(JAVACPP, ND4J, OPENCV));
    }

    private static boolean load(Stream<List<String>> groups) {
        List<String> names = groups.flatMap(List::stream)
                .map(name -> String.format(name, Loader.getPlatform()))
                .toList();
        Optional<Path> installed = installed();
        if (installed.isPresent()) {
            loadInstalled(installed.get(), names);
            return true;
        }
        try {
            CheckedFiles checked = CheckedFiles.in(Loader.getCacheDir().toPath());
            List<Path> files = new ArrayList<>();
            for (String name : names) {
                Optional<Path> file = UnpackedLibrary.find(name, checked);
                if (file.isEmpty()) {
                    return false;
                }
                files.add(file.get());
            }
            checked.save();
            load(files);
            return true;
        } catch (IOException | UnsatisfiedLinkError e) {
            System.clearProperty(LOADING);
            return false;
        }
    }

    private static void loadInstalled(Path directory, List<String> names) {
        try {
            load(names.stream()
                    .map(name -> Path.of(name).getFileName().toString())
                    .map(name -> directory.resolve(System.mapLibraryName(name)))
                    .toList());
        } catch (UnsatisfiedLinkError e) {
            throw new FinetuneException(
                    ExitCode.BACKEND,
                    "The native libraries of this installation cannot be loaded (" + e.getMessage()
                            + "); install what is missing, or unpack finetune again on a file system that allows execution.",
                    e);
        }
    }

    private static void load(List<Path> files) {
        // From here on, JavaCPP takes what its classes need for loaded.
        System.setProperty(LOADING, "false");
        files.forEach(file -> System.load(file.toString()));
    }
}
