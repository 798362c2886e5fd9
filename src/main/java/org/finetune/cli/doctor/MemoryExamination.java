package org.finetune.cli.doctor;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.Pointer;

/** How much memory there is, and how much of it this process may take. */
final class MemoryExamination implements Examination {
    private static final long MIB = 1 << 20;
    /** With less even small photos and batches do not fit. */
    private static final long LEAST_MIB = 1024;
    /** With the default settings a run takes about this much. */
    private static final long COMFORTABLE_MIB = 3 * 1024;

    @Override
    public List<Diagnosis> examine() {
        List<Diagnosis> findings = new ArrayList<>();
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        // In a container these are the container's.
        findings.add(memory(system.getTotalMemorySize() / MIB, system.getFreeMemorySize() / MIB));
        findings.add(Diagnosis.ok(
                "Limits",
                JavaHeap.limit() / MIB + " MiB for Java's heap, " + limit(Pointer.maxPhysicalBytes())
                        + " for the whole process"));
        if (System.getenv("MALLOC_MMAP_THRESHOLD_") == null) {
            findings.add(Diagnosis.warn(
                    "Allocation",
                    "MALLOC_MMAP_THRESHOLD_ is not set, so every array is newly mapped, which is slow",
                    "Start finetune with scripts/finetune, which sets it."));
        }
        return findings;
    }

    static Diagnosis memory(long totalMib, long freeMib) {
        String text = totalMib + " MiB, " + freeMib + " MiB of it free";
        if (totalMib < LEAST_MIB) {
            return Diagnosis.bad("Memory", text, "Give the machine or container at least " + LEAST_MIB + " MiB.");
        }
        if (totalMib < COMFORTABLE_MIB) {
            return Diagnosis.warn(
                    "Memory",
                    text,
                    "If a run ends with 'out of memory', use a smaller --batch-size, --size or --alpha.");
        }
        return Diagnosis.ok("Memory", text);
    }

    private static String limit(long bytes) {
        return bytes == 0 ? "no limit" : bytes / MIB + " MiB";
    }
}
