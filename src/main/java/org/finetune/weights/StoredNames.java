package org.finetune.weights;

/** Names that come out of files, made fit for the terminal. */
final class StoredNames {
    private static final int LONGEST = 80;

    private StoredNames() {}

    /** Replaces what is not printable and cuts what is too long. */
    static String printable(String name) {
        String clean = name.replaceAll("[\\p{Cntrl}\\p{Cf}]", "?");
        return clean.length() <= LONGEST ? clean : clean.substring(0, LONGEST) + "...";
    }
}
