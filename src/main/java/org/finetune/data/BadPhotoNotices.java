package org.finetune.data;

import java.util.function.Consumer;

/** Names photos that cannot be used, a line each, but not thousands of them. */
public final class BadPhotoNotices {
    private static final int SHOWN = 20;

    private final Consumer<String> warning;
    private int count;

    /**
     * Begins with none.
     *
     * @param warning is notified of each line
     */
    public BadPhotoNotices(Consumer<String> warning) {
        this.warning = warning;
    }

    /** Names a photo, or only counts it if enough are named. */
    public void add(BadPhoto photo) {
        count++;
        if (count <= SHOWN) {
            warning.accept("skipped '" + photo.id() + "': " + photo.reason());
        }
    }

    /**
     * Says how many were not named, if there are such.
     *
     * @param where where to find them, such as "which skipped.csv lists"
     */
    public void finish(String where) {
        if (count > SHOWN) {
            int more = count - SHOWN;
            warning.accept("skipped " + more + " more photo" + (more == 1 ? "" : "s") + ", " + where);
        }
    }
}
