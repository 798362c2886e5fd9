package org.finetune.backend;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.jna.NativeLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Memory that this process needs no more, but has not given back to the system, such as that of former photos. */
final class FreedMemory {
    private static final Logger LOG = LoggerFactory.getLogger(FreedMemory.class);

    private FreedMemory() {}

    /** Gives back that of Java's heap, and that which glibc keeps for the next large array. */
    static void giveBack() {
        System.gc();
        try {
            Function trim = NativeLibrary.getInstance("c").getFunction("malloc_trim");
            trim.invokeInt(new Object[] {new NativeLong(0)});
        } catch (LinkageError e) {
            LOG.debug("This system's allocator keeps what was freed", e);
        }
    }
}
