package io.github.hevypipeline.demo;

import java.util.function.Supplier;

/**
 * Decides the response of the simulated API to each request.
 *
 * <p>It may return {@code truth.get()}, change that response, return another, or do something first or afterwards: edit
 * the account, sleep, count. Called on many threads at once when the client is concurrent. What it throws hangs up.
 */
@FunctionalInterface
public interface Intruder {
    /** Lets every request pass. */
    Intruder NONE = (request, truth) -> truth.get();

    /** The response to send; {@code truth} works out the honest one when it is asked, from the account as it is then. */
    SimulatedResponse meet(Request request, Supplier<SimulatedResponse> truth) throws Exception;
}
