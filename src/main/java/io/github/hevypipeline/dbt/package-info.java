/**
 * A dbt project without Python: reads, selects, compiles, tests and documents it as SQL steps.
 *
 * <p>Executes nothing, and knows no S3 and no Hevy; of database engines only how a target writes its statements. Called by {@code mart} and the packages above it.
 */
package io.github.hevypipeline.dbt;
