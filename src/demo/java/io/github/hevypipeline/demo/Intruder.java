package io.github.hevypipeline.demo;

import java.util.function.Supplier;

/**
 * Stands between a client and the simulated API, and decides what each request is answered.
 *
 * <p>It may return {@code truth.get()}, change that answer, return another, or do something first or afterwards: edit
 * the account, sleep, count. Called on many threads at once when the client is concurrent. What it throws hangs up.
 */
@FunctionalInterface
public interface Intruder {
    /** Lets every request pass. */
    Intruder NONE = (request, truth) -> truth.get();

    /** The answer to send; {@code truth} works out the honest one when it is asked, from the account as it is then. */
    SimulatedResponse meet(Request request, Supplier<SimulatedResponse> truth) throws Exception;
}
