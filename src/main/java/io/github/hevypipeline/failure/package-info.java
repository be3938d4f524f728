/**
 * The ways a run can fail, each with its cause, its next step and its exit code.
 *
 * <p>The lowest package: every other one may call it, and it calls none.
 */
package io.github.hevypipeline.failure;
