package io.github.hevypipeline.faults;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.spi.ContextServicePlugin;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.support.processor.DelegateAsyncProcessor;

/**
 * Counts every step that the routes of a process take, and halts the process before or after a given one, as a power
 * cut would.
 *
 * <p>Thread-safe; the process finds it by {@link java.util.ServiceLoader} in a folder that {@link #install} has made.
 * Steps that run side by side are counted in the order in which they begin.
 */
public final class KillAtStep implements ContextServicePlugin, InterceptStrategy {
    private static final String HALT_BEFORE = "test.halt.before";
    private static final String HALT_AFTER = "test.halt.after";
    private static final String COUNT_FILE = "test.steps";
    private static final int KILLED = 137;

    private final int haltBefore = Integer.getInteger(HALT_BEFORE, 0);
    private final int haltAfter = Integer.getInteger(HALT_AFTER, 0);
    private final String countFile = System.getProperty(COUNT_FILE);
    private final AtomicInteger steps = new AtomicInteger();

    /** Writes this class into a folder that may then be on a process's class path. */
    static Path install(Path folder) throws IOException {
        for (Class<?> type : new Class<?>[] {KillAtStep.class, Step.class}) {
            String name = type.getName().replace('.', '/') + ".class";
            Path file = folder.resolve(name);
            Files.createDirectories(file.getParent());
            try (InputStream bytes = type.getClassLoader().getResourceAsStream(name)) {
                Files.copy(bytes, file);
            }
        }
        Path services = Files.createDirectories(folder.resolve("META-INF/services"));
        Files.writeString(services.resolve(ContextServicePlugin.class.getName()), KillAtStep.class.getName());
        return folder;
    }

    /** The option of Java that halts the process with 137 before the n-th step. */
    static String before(int step) {
        return "-D" + HALT_BEFORE + "=" + step;
    }

    /** The option of Java that halts the process with 137 after the n-th step, and all steps within it. */
    static String after(int step) {
        return "-D" + HALT_AFTER + "=" + step;
    }

    /** The option of Java that has the number of steps written to a file at the end. */
    static String countTo(Path file) {
        return "-D" + COUNT_FILE + "=" + file.toAbsolutePath();
    }

    @Override
    public void load(CamelContext context) {
        context.getCamelContextExtension().addInterceptStrategy(this);
    }

    @Override
    public void unload(CamelContext context) {
        if (countFile != null) {
            try {
                Files.writeString(Path.of(countFile), steps.toString());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public Processor wrapProcessorInInterceptors(
            CamelContext context, NamedNode definition, Processor target, Processor nextTarget) {
        return new Step(this, definition.getId(), target);
    }

    private void haltIf(boolean now, String place, int step, String id) {
        if (now) {
            System.err.println("halted " + place + " step " + step + ", " + id);
            Runtime.getRuntime().halt(KILLED);
        }
    }

    /** One step of a route. */
    private static final class Step extends DelegateAsyncProcessor {
        private final KillAtStep owner;
        private final String id;

        Step(KillAtStep owner, String id, Processor target) {
            super(target);
            this.owner = owner;
            this.id = id;
        }

        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            int step = owner.steps.incrementAndGet();
            owner.haltIf(step == owner.haltBefore, "before", step, id);
            return super.process(exchange, doneSync -> {
                owner.haltIf(step == owner.haltAfter, "after", step, id);
                callback.done(doneSync);
            });
        }
    }
}
