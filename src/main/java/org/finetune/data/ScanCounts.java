package org.finetune.data;

/**
 * What was come across while looking for images.
 *
 * @param images image files, those among them that are of a format that is not read
 * @param otherFiles files that are no images
 * @param hidden hidden files and directories, ignored
 * @param loops symbolic links that lead back to a directory above them, ignored
 */
public record ScanCounts(int images, int otherFiles, int hidden, int loops) {
    static final ScanCounts NONE = new ScanCounts(0, 0, 0, 0);

    ScanCounts plus(ScanCounts other) {
        return new ScanCounts(
                images + other.images, otherFiles + other.otherFiles, hidden + other.hidden, loops + other.loops);
    }
}
