package io.github.hevypipeline.mart;

import java.util.List;

/**
 * The result of one unit test. Immutable.
 *
 * @param model the tested model
 * @param file the yml file that declares it
 * @param missing expected rows that the model did not return, as text
 * @param unexpected rows that the model returned and that are not expected, as text
 */
record UnitTestResult(String name, String model, String file, List<String> missing, List<String> unexpected) {
    UnitTestResult {
        missing = List.copyOf(missing);
        unexpected = List.copyOf(unexpected);
    }

    /** Whether the model returned exactly the expected rows. */
    boolean passed() {
        return missing.isEmpty() && unexpected.isEmpty();
    }
}
