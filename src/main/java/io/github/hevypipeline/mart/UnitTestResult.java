package io.github.hevypipeline.mart;

import java.util.List;

/**
 * How one unit test ended. Immutable.
 *
 * @param name the unit test's name
 * @param model the model it tests
 * @param file the yml file that declares it
 * @param missing expected rows that the model did not give, as text
 * @param unexpected rows that the model gave and nobody expected, as text
 */
public record UnitTestResult(String name, String model, String file, List<String> missing, List<String> unexpected) {
    /** None may be null. */
    public UnitTestResult {
        missing = List.copyOf(missing);
        unexpected = List.copyOf(unexpected);
    }

    /** Whether the model gave exactly the expected rows. */
    public boolean passed() {
        return missing.isEmpty() && unexpected.isEmpty();
    }
}
