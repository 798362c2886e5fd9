package org.finetune.data.decode.format;

/**
 * How the stored rows and columns of an image are to be shown: the values of the orientation in EXIF data (CIPA DC-008, tag 0x0112)
 * from 1 to 8, in their order.
 */
public enum Orientation {
    /** Rows run from top to bottom, columns from left to right; so it is too where nothing is said. */
    NORMAL,
    /** Columns run from right to left. */
    MIRRORED,
    UPSIDE_DOWN,
    /** Rows run from bottom to top. */
    FLIPPED,
    /** Rows are columns. */
    TRANSPOSED,
    /** To be turned by 90 degrees clockwise. */
    TO_TURN_RIGHT,
    /** Rows are columns, upside down. */
    TRANSVERSED,
    /** To be turned by 90 degrees counterclockwise. */
    TO_TURN_LEFT;

    /** The orientation that a file states by a number; normal if it is none of EXIF's. */
    static Orientation of(long stated) {
        return stated >= 1 && stated <= values().length ? values()[(int) stated - 1] : NORMAL;
    }

    /** Whether width and height change places. */
    public boolean swapsAxes() {
        return compareTo(TRANSPOSED) >= 0;
    }
}
