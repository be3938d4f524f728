package io.github.hevypipeline.transform;

import java.util.Objects;

/**
 * How one data test ended. Immutable.
 *
 * @param test never null
 * @param failures the number of rows it returned; 0 is a pass
 */
public record DataTestResult(DataTest test, long failures) {
    /** {@code failures} is not negative. */
    public DataTestResult {
        Objects.requireNonNull(test);
        if (failures < 0) {
            throw new IllegalArgumentException("failures is negative: " + failures);
        }
    }

    /** Whether it returned no row. */
    public boolean passed() {
        return failures == 0;
    }
}
