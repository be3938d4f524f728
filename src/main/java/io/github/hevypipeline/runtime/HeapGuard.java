package io.github.hevypipeline.runtime;

import com.sun.management.GarbageCollectionNotificationInfo;
import com.sun.management.GcInfo;
import io.github.hevypipeline.failure.ExitCode;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.nio.charset.StandardCharsets;
import javax.management.NotificationEmitter;
import javax.management.openmbean.CompositeData;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the process when its heap is full.
 *
 * <p>A thread that runs out of memory ends without a word, and whoever waits for it waits forever; a heap that is almost
 * full leaves time for nothing but collecting it. Thread-safe.
 */
public final class HeapGuard {
    private static final Logger LOG = LoggerFactory.getLogger(HeapGuard.class);

    /** Collections in a row that leave the heap full: no run that goes on needs so many. */
    private static final int MAX_FULL = 8;

    private static final int FULL_PERCENT = 97;
    private static final byte[] MESSAGE = ("The memory of "
                    + (Runtime.getRuntime().maxMemory() >> 20)
                    + " MB is used up. Next: Allow more, as in java -Xmx512m, or do less at a time; then run again.\n")
            .getBytes(StandardCharsets.UTF_8);

    private int full;

    private HeapGuard() {}

    /** Watches the heap of this process until it ends. */
    public static void watch() {
        HeapGuard guard = new HeapGuard();
        Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> {
            if (thrown instanceof OutOfMemoryError) {
                end();
            }
            LOG.error("The thread {} has ended unexpectedly", thread.getName(), thrown);
        });
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            if (collector instanceof NotificationEmitter emitter) {
                emitter.addNotificationListener(
                        (notification, handback) -> guard.collected(
                                GarbageCollectionNotificationInfo.from((CompositeData) notification.getUserData())
                                        .getGcInfo()),
                        notification -> GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION.equals(
                                notification.getType()),
                        null);
            }
        }
    }

    private synchronized void collected(GcInfo info) {
        long used = 0;
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            MemoryUsage after = info.getMemoryUsageAfterGc().get(pool.getName());
            if (after != null && pool.getType() == MemoryType.HEAP) {
                used += after.getUsed();
            }
        }
        full = used * 100 > Runtime.getRuntime().maxMemory() * FULL_PERCENT ? full + 1 : 0;
        if (full >= MAX_FULL) {
            end();
        }
    }

    private static void end() {
        try {
            System.err.write(MESSAGE, 0, MESSAGE.length);
            System.err.flush();
        } finally {
            Runtime.getRuntime().halt(ExitCode.BUG.number());
        }
    }
}
