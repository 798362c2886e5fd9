package org.finetune.cli.output;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;

/**
 * Standard output that fails where it cannot be written, which {@link System#out} keeps to itself. A reader that wants no
 * more, such as {@code head}, is no failure. After a failure nothing more is written, so that it is heard of once.
 */
public final class StandardOutput extends FilterOutputStream {
    /** What Linux says of a pipe whose reader is gone; the launcher sees to it that it says so in English. */
    private static final String READER_GONE = "Broken pipe";

    private boolean failed;

    StandardOutput(OutputStream out) {
        super(out);
    }

    /**
     * Opens standard output for text in the charset of the locale. Each line is written at once. Printing throws a
     * {@link FinetuneException} with {@link ExitCode#DATA} if it cannot be written.
     */
    public static PrintWriter open() {
        return open(new FileOutputStream(FileDescriptor.out));
    }

    /** The same with another stream in the place of the process's own. */
    public static PrintWriter open(OutputStream stream) {
        OutputStream out = new StandardOutput(stream);
        return new PrintWriter(new OutputStreamWriter(new BufferedOutputStream(out), Charset.defaultCharset()), true);
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (failed) {
            return;
        }
        try {
            out.write(bytes, offset, length);
        } catch (IOException e) {
            failed = true;
            if (READER_GONE.equals(e.getMessage())) {
                return;
            }
            throw new FinetuneException(
                    ExitCode.DATA,
                    "Some output could not be written to standard output (" + e.getMessage()
                            + "); free some space or redirect it elsewhere.",
                    e);
        }
    }
}
