/** Merges the commits of many accounts into the Delta tables of {@code hevy_raw}; the routes run its SQL on Spark. */
package io.github.hevypipeline.accounts.merge;
