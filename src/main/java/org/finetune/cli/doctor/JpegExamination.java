package org.finetune.cli.doctor;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.finetune.data.decode.process.TurboJpegLibrary;

/** Which library decodes JPEG: the system's, which is fast, or the one in OpenCV. */
final class JpegExamination implements Examination {
    private static final String SUBJECT = "JPEG";

    private final Supplier<Optional<Path>> location;
    private final Supplier<Optional<TurboJpegLibrary>> search;

    /**
     * An examination.
     *
     * @param location where the system's library is
     * @param search finds it if it can be used
     */
    JpegExamination(Supplier<Optional<Path>> location, Supplier<Optional<TurboJpegLibrary>> search) {
        this.location = location;
        this.search = search;
    }

    @Override
    public List<Diagnosis> examine() {
        Optional<Path> file = location.get();
        if (file.isEmpty()) {
            return List.of(Diagnosis.ok(
                    SUBJECT,
                    "decoded by OpenCV; with the package " + TurboJpegLibrary.PACKAGE
                            + " installed, it is decoded faster, to the same pixels"));
        }
        return List.of(
                search.get().isPresent()
                        ? Diagnosis.ok(SUBJECT, "decoded by " + file.get() + ", to the same pixels as by OpenCV")
                        : Diagnosis.ok(
                                SUBJECT,
                                "decoded by OpenCV, because " + file.get()
                                        + " cannot be loaded or does not give the same pixels"));
    }
}
