package org.finetune.data.archive;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.finetune.data.BadPhoto;
import org.finetune.data.CodePointOrder;
import org.finetune.data.FileKind;
import org.finetune.data.FoundPhotos;
import org.finetune.data.PhotoFile;
import org.finetune.data.PhotoTree;
import org.finetune.data.decode.format.ImageFormat;
import org.finetune.run.OutputDirectory;

/** A directory in an archive. */
final class ArchiveTree implements PhotoTree {
    private final Path archive;
    private final String path;
    private final NavigableMap<String, ArchiveTree> directories = new TreeMap<>(CodePointOrder.INSTANCE);
    private final NavigableMap<String, EntryContent> files = new TreeMap<>(CodePointOrder.INSTANCE);

    private ArchiveTree(Path archive, String path) {
        this.archive = archive;
        this.path = path;
    }

    /** The directory that an archive is as a whole. */
    static ArchiveTree of(Archive archive) {
        ArchiveTree root = new ArchiveTree(archive.path(), "");
        archive.directories().forEach(root::directory);
        archive.files().forEach((file, content) -> {
            int end = file.lastIndexOf('/');
            root.directory(end < 0 ? "" : file.substring(0, end)).files.put(file.substring(end + 1), content);
        });
        return root;
    }

    /** The directory of a path, which is created if need be. */
    private ArchiveTree directory(String below) {
        ArchiveTree directory = this;
        if (!below.isEmpty()) {
            for (String name : below.split("/")) {
                ArchiveTree parent = directory;
                directory =
                        parent.directories.computeIfAbsent(name, key -> new ArchiveTree(archive, parent.pathOf(name)));
            }
        }
        return directory;
    }

    /** The directory of a path, if there is one. */
    Optional<ArchiveTree> find(String below) {
        Optional<ArchiveTree> directory = Optional.of(this);
        if (!below.isEmpty()) {
            for (String name : below.split("/")) {
                directory = directory.map(parent -> parent.directories.get(name));
            }
        }
        return directory;
    }

    /** The only directory in this one, and that in it and so on, in which there is more than one thing. */
    ArchiveTree innermost() {
        List<PhotoTree> inside = subdirectories();
        boolean wraps = inside.size() == 1
                && files.keySet().stream().allMatch(PhotoFile::isHidden)
                && !inside.get(0).subdirectories().isEmpty();
        return wraps ? ((ArchiveTree) inside.get(0)).innermost() : this;
    }

    private String pathOf(String name) {
        return path.isEmpty() ? name : path + "/" + name;
    }

    @Override
    public String name() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    @Override
    public List<PhotoTree> subdirectories() {
        return directories.values().stream()
                .filter(directory -> !PhotoFile.isHidden(directory.name()))
                .map(directory -> (PhotoTree) directory)
                .toList();
    }

    @Override
    public boolean isOutput() {
        return OutputDirectory.isOne(files::containsKey);
    }

    @Override
    public FoundPhotos directly() {
        FoundPhotos found = new FoundPhotos();
        directories.values().stream()
                .filter(directory -> PhotoFile.isHidden(directory.name()))
                .forEach(hidden -> found.addHidden());
        addFiles(found);
        return found;
    }

    @Override
    public FoundPhotos below() {
        FoundPhotos found = new FoundPhotos();
        addBelow(found);
        found.sort();
        return found;
    }

    private void addBelow(FoundPhotos found) {
        if (isOutput()) {
            found.addOwn(toString());
            return;
        }
        addFiles(found);
        for (ArchiveTree directory : directories.values()) {
            if (PhotoFile.isHidden(directory.name())) {
                found.addHidden();
            } else {
                directory.addBelow(found);
            }
        }
    }

    private void addFiles(FoundPhotos found) {
        for (Map.Entry<String, EntryContent> file : files.entrySet()) {
            if (PhotoFile.isHidden(file.getKey())) {
                found.addHidden();
            } else {
                add(new ArchivePhoto(archive, pathOf(file.getKey()), file.getValue()), found);
            }
        }
    }

    private static void add(ArchivePhoto photo, FoundPhotos found) {
        boolean known = FileKind.isKnownByName(photo.name());
        if (photo.content() instanceof UnusableContent unusable) {
            if (known) {
                found.addBad(new BadPhoto(photo.id(), unusable.reason()));
            } else {
                found.addOther();
            }
            return;
        }
        try {
            byte[] start = known ? new byte[0] : photo.content().start(ImageFormat.SIGNATURE_BYTES);
            found.add(photo, FileKind.of(photo.name(), start), photo.length());
        } catch (IOException e) {
            found.addBad(new BadPhoto(photo.id(), BadPhoto.reason(e)));
        }
    }

    /** Its path, as if the archive were a directory. */
    @Override
    public String toString() {
        return path.isEmpty() ? archive.toString() : archive + "/" + path;
    }
}
