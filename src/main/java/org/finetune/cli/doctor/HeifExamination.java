package org.finetune.cli.doctor;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.finetune.data.decode.process.HeifLibrary;
import org.finetune.data.decode.process.HeifLibrary.Codec;

/** Whether the system's libheif can decode HEIC and AVIF, which few need. */
final class HeifExamination implements Examination {
    private static final String SUBJECT = "HEIC, AVIF";

    private final Supplier<Optional<HeifLibrary>> search;

    HeifExamination(Supplier<Optional<HeifLibrary>> search) {
        this.search = search;
    }

    @Override
    public List<Diagnosis> examine() {
        Optional<HeifLibrary> library = search.get();
        if (library.isEmpty()) {
            return List.of(Diagnosis.ok(
                    SUBJECT, "not decoded: libheif is not installed; install the package " + HeifLibrary.PACKAGE));
        }
        List<String> missing = Stream.of(Codec.values())
                .filter(codec -> !library.get().has(codec))
                .map(Codec::packageName)
                .toList();
        String version = "libheif " + library.get().version();
        return List.of(
                missing.isEmpty()
                        ? Diagnosis.ok(SUBJECT, version)
                        : Diagnosis.ok(SUBJECT, version + " lacks a decoder: " + String.join(", ", missing)));
    }
}
