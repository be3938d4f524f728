/**
 * Makes the S3 client, lists its objects and explains its failures. Alone knows the AWS SDK.
 *
 * <p>Called by {@code lake} and its other subpackages, and by whoever may call {@code lake}.
 */
package io.github.hevypipeline.lake.s3;
