package org.finetune.data.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.finetune.ExitCode;
import org.finetune.FailureReason;
import org.finetune.FinetuneException;
import org.finetune.data.Photo;

/**
 * The files of an archive.
 *
 * @param path the archive
 * @param files their contents by their paths in it, in the order of the archive; with {@code /} between the names, none of
 *     which is {@code .}, {@code ..} or empty
 * @param directories paths of the directories that the archive names, which may hold no file
 */
record Archive(Path path, Map<String, EntryContent> files, Set<String> directories) {
    private static final int SIGNATURE_BYTES = 512;

    private static final int TAR_SIGNATURE_OFFSET = 257;

    /** Directories in directories are searched one within the other, so that very many would exhaust the stack. */
    private static final int MAX_DEPTH = 256;

    /** Formats by how they begin. */
    private enum Format {
        ZIP(0, "PK\u0003\u0004"),
        EMPTY_ZIP(0, "PK\u0005\u0006"),
        GZIP(0, "\u001f\u008b"),
        TAR(TAR_SIGNATURE_OFFSET, "ustar"),
        BZIP2(0, "BZh"),
        XZ(0, "\u00fd7zXZ"),
        ZSTANDARD(0, "(\u00b5/\u00fd"),
        SEVEN_ZIP(0, "7z\u00bc\u00af"),
        RAR(0, "Rar!");

        private final int offset;
        private final byte[] signature;

        Format(int offset, String signature) {
            this.offset = offset;
            this.signature = signature.getBytes(StandardCharsets.ISO_8859_1);
        }

        /** The format of a file; nothing if it is none of these, or cannot be read. */
        static Optional<Format> of(Path file) {
            byte[] start;
            try (InputStream in = Files.newInputStream(file)) {
                start = in.readNBytes(SIGNATURE_BYTES);
            } catch (IOException e) {
                return Optional.empty();
            }
            Optional<Format> known = Arrays.stream(values())
                    .filter(format -> format.begins(start))
                    .findFirst();
            // The first tar files had no signature.
            boolean named = file.toString().toLowerCase(Locale.ROOT).endsWith(".tar");
            return known.isEmpty() && named ? Optional.of(TAR) : known;
        }

        private boolean begins(byte[] start) {
            int end = offset + signature.length;
            return start.length >= end && Arrays.equals(start, offset, end, signature, 0, signature.length);
        }
    }

    /** Whether a file is an archive by its content, of a format that is read or not. */
    static boolean isOne(Path file) {
        return Format.of(file).isPresent();
    }

    /**
     * Lists the files of an archive.
     *
     * @throws FinetuneException with {@link ExitCode#DATA} if it cannot be read, is damaged, of another format, or made to do
     *     harm
     */
    static Archive read(Path path) {
        if (!Files.exists(path)) {
            throw new FinetuneException(ExitCode.DATA, "The archive '" + path + "' does not exist; check --data.");
        }
        Format format = Format.of(path)
                .orElseThrow(() -> new FinetuneException(
                        ExitCode.DATA, "'" + path + "' is no archive; give a zip, tar or tar.gz file."));
        try {
            return switch (format) {
                case ZIP, EMPTY_ZIP -> ZipReader.read(path);
                case TAR -> TarReader.read(path);
                case GZIP -> TarReader.readCompressed(path);
                case BZIP2, XZ, ZSTANDARD, SEVEN_ZIP, RAR -> throw new FinetuneException(
                        ExitCode.DATA,
                        "'" + path + "' is compressed with "
                                + format.name().toLowerCase(Locale.ROOT).replace('_', '-')
                                + ", which is not supported; make a zip, tar or tar.gz file, or unpack it.");
            };
        } catch (IOException e) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    "Cannot read the archive '" + path + "' (" + FailureReason.of(e)
                            + "); check that it is complete, or make it again.",
                    e);
        }
    }

    /** Gathers the files of an archive. */
    static final class Builder {
        private final Path path;
        private final Map<String, EntryContent> files = new LinkedHashMap<>();
        private final Set<String> directories = new LinkedHashSet<>();

        Builder(Path path) {
            this.path = path;
        }

        /**
         * The path of an entry.
         *
         * @param name as the archive has it
         * @return the path without {@code .} and empty names; "" for the archive itself
         * @throws FinetuneException with {@link ExitCode#DATA} if it leads out of the archive, or is too deep in it
         */
        String path(String name) {
            List<String> names = new ArrayList<>();
            for (String part : name.split("/")) {
                if (part.equals("..") || part.indexOf('\0') >= 0) {
                    throw leadsOut(name);
                }
                if (!part.isEmpty() && !part.equals(".")) {
                    names.add(part);
                }
            }
            if (name.startsWith("/")) {
                throw leadsOut(name);
            }
            if (names.size() > MAX_DEPTH) {
                throw new FinetuneException(
                        ExitCode.DATA,
                        "The archive '" + path + "' has directories that are more than " + MAX_DEPTH
                                + " deep; make it again with fewer levels.");
            }
            return String.join("/", names);
        }

        private FinetuneException leadsOut(String name) {
            return new FinetuneException(
                    ExitCode.DATA,
                    "The archive '" + path + "' has an entry whose path leads out of it, '" + name
                            + "'; make it again with relative paths.");
        }

        /** Adds a directory. */
        void directory(String directory) {
            if (!directory.isEmpty()) {
                directories.add(directory);
            }
        }

        /** Adds a file. An earlier one of the same path is replaced, as when the archive is unpacked. */
        void file(String file, EntryContent content) {
            files.put(file, content);
        }

        /** The content of a file that was added before. */
        Optional<EntryContent> content(String file) {
            return Optional.ofNullable(files.get(file));
        }

        Archive build() {
            return new Archive(path, files, directories);
        }
    }

    /** The photo of a path, whether it is there or not. */
    Photo photo(String file) {
        return new ArchivePhoto(path, file, files.getOrDefault(file, new UnusableContent(0, "no such file")));
    }
}
