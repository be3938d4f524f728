package io.github.hevypipeline.runtime;

import io.github.hevypipeline.failure.ExitCode;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handles SIGTERM, SIGINT and SIGHUP: the first stops the run in an orderly way, the second halts the process.
 *
 * <p>Thread-safe. Replaces the JVM's own handlers, which would exit in the middle of a run.
 */
public final class Signals {
    private static final Logger LOG = LoggerFactory.getLogger(Signals.class);
    private static final Map<String, ExitCode> EXIT_CODES =
            Map.of("TERM", ExitCode.TERMINATED, "INT", ExitCode.INTERRUPTED, "HUP", ExitCode.TERMINATED);

    private ExitCode received;
    private Runnable listener = () -> {};

    /** Installs the handlers. Uses reflection, since javac's warning about {@code sun.misc} cannot be suppressed. */
    public void handle() {
        EXIT_CODES.forEach((name, exitCode) -> {
            try {
                Class<?> signal = Class.forName("sun.misc.Signal");
                Class<?> handler = Class.forName("sun.misc.SignalHandler");
                Runnable receive = () -> receive(exitCode);
                MethodHandle run = MethodHandles.lookup()
                        .findVirtual(Runnable.class, "run", MethodType.methodType(void.class))
                        .bindTo(receive);
                MethodHandle handle = MethodHandles.dropArguments(run, 0, signal);
                signal.getMethod("handle", signal, handler)
                        .invoke(
                                null,
                                signal.getConstructor(String.class).newInstance(name),
                                MethodHandleProxies.asInterfaceInstance(handler, handle));
            } catch (ReflectiveOperationException e) {
                LOG.debug("The JVM handles the signal {}", name, e);
            }
        });
    }

    /** Does what the process does when a signal arrives. */
    void receive(ExitCode exitCode) {
        Runnable action;
        synchronized (this) {
            if (received != null) {
                Runtime.getRuntime().halt(exitCode.number());
            }
            received = exitCode;
            action = listener;
        }
        LOG.info("stop      finishing the current request; a second signal exits at once");
        action.run();
    }

    /** Runs the action at the first signal; at once if it has arrived already. */
    void listen(Runnable action) {
        boolean late;
        synchronized (this) {
            listener = action;
            late = received != null;
        }
        if (late) {
            action.run();
        }
    }

    /** The exit code for the signal that has arrived, if any. */
    synchronized Optional<ExitCode> received() {
        return Optional.ofNullable(received);
    }
}
