/**
 * What lets a run work with no account and no bucket: a simulated Hevy API and an S3 server inside the process.
 *
 * <p>Both are real servers on the loopback address, so that the routes cannot tell them from the real ones. Nothing
 * depends on this package and it calls no other; the shipped jar leaves it out.
 */
package io.github.hevypipeline.demo;
