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
 * The signals that ask this process to end: the first is heeded by the run, the second ends the process where it is.
 *
 * <p>Thread-safe. The virtual machine's own answer to a signal, which is replaced, ends a process while its run goes on.
 */
public final class Signals {
    private static final Logger LOG = LoggerFactory.getLogger(Signals.class);
    private static final Map<String, ExitCode> NAMES =
            Map.of("TERM", ExitCode.TERMINATED, "INT", ExitCode.INTERRUPTED, "HUP", ExitCode.TERMINATED);

    private ExitCode received;
    private Runnable listener = () -> {};

    /** Takes the place of the virtual machine's handlers, by reflection: a compiler warns of what it may not suppress. */
    public void handle() {
        NAMES.forEach((name, exitCode) -> {
            try {
                Class<?> signal = Class.forName("sun.misc.Signal");
                Class<?> handler = Class.forName("sun.misc.SignalHandler");
                Runnable receive = () -> receive(exitCode);
                MethodHandle run = MethodHandles.lookup()
                        .findVirtual(Runnable.class, "run", MethodType.methodType(void.class))
                        .bindTo(receive);
                MethodHandle heeded = MethodHandles.dropArguments(run, 0, signal);
                signal.getMethod("handle", signal, handler)
                        .invoke(
                                null,
                                signal.getConstructor(String.class).newInstance(name),
                                MethodHandleProxies.asInterfaceInstance(handler, heeded));
            } catch (ReflectiveOperationException e) {
                LOG.debug("The signal {} is left to the virtual machine", name, e);
            }
        });
    }

    /** Heeds a signal, as the process does when it comes. */
    void receive(ExitCode exitCode) {
        Runnable told;
        synchronized (this) {
            if (received != null) {
                Runtime.getRuntime().halt(exitCode.number());
            }
            received = exitCode;
            told = listener;
        }
        LOG.info("stop      by a signal: the request under way is finished first; a second signal ends it at once");
        told.run();
    }

    /** Has this called at the first signal, at once if it has come already. */
    void listen(Runnable heeds) {
        boolean late;
        synchronized (this) {
            listener = heeds;
            late = received != null;
        }
        if (late) {
            heeds.run();
        }
    }

    /** What the process exits with for the signal that has come, if any has. */
    synchronized Optional<ExitCode> received() {
        return Optional.ofNullable(received);
    }
}
