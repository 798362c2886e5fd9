package org.finetune.cli.terminal;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;

/** The size of a terminal's window, asked of the system each time, since it changes. */
final class WindowSize {
    /** Linux's ioctl(2) request. It fills a {@code struct winsize} of four 16-bit numbers: rows, columns, pixels. */
    private static final long TIOCGWINSZ = 0x5413;

    private static final int BYTES = 8;
    private static final int COLUMNS_OFFSET = 2;

    private WindowSize() {}

    /**
     * The number of columns.
     *
     * @param fileDescriptor of the terminal
     * @param otherwise what is returned where the system does not know
     */
    static int columns(int fileDescriptor, int otherwise) {
        try {
            Function ioctl = NativeLibrary.getProcess().getFunction("ioctl");
            Memory size = new Memory(BYTES);
            size.clear();
            int failed = ioctl.invokeInt(new Object[] {fileDescriptor, TIOCGWINSZ, size});
            int columns = size.getShort(COLUMNS_OFFSET) & 0xffff;
            return failed != 0 || columns == 0 ? otherwise : columns;
        } catch (LinkageError e) {
            return otherwise;
        }
    }
}
