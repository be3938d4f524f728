/**
 * How the runs of a process that stays up went, for those who watch it: health, metrics, and the ids in log lines.
 *
 * <p>Only {@code app} calls it; of the packages below it calls {@code schedule}, {@code extract} and {@code raw}. Nothing
 * of it is loaded for a single run but what marks log lines.
 */
package io.github.hevypipeline.observe;
