package org.finetune.cli.doctor;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;

/** Java's heap. */
public final class JavaHeap {

    private JavaHeap() {}

    /** The limit that {@code -Xmx} sets, in bytes. {@code Runtime.maxMemory} says less: a part is the collector's own. */
    public static long limit() {
        return Long.parseLong(ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                .getVMOption("MaxHeapSize")
                .getValue());
    }
}
