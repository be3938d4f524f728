/**
 * A dbt project without Python: read, select, compile, test and document it as SQL steps.
 *
 * <p>Executes nothing; knows no DuckDB, no S3 and no Hevy. Called by {@code mart} and the packages above it.
 */
package io.github.hevypipeline.dbt;
