/**
 * The S3 client, its credentials, and what S3's listings and failures mean. Alone knows the AWS SDK.
 *
 * <p>Called by {@code lake} and what may call it.
 */
package io.github.hevypipeline.lake.s3;
