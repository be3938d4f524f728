/**
 * Runs the pipeline without an account and a bucket: a simulated Hevy API and an S3 server inside the process.
 *
 * <p>Both are real servers on the loopback address, so the routes need no special case. Nothing depends on this package,
 * and the jar does not contain it. {@link io.github.hevypipeline.demo.MavenMain} alone calls the pipeline: {@code Main},
 * {@code settings} and {@code failure}.
 */
package io.github.hevypipeline.demo;
