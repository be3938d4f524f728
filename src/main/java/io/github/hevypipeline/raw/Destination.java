package io.github.hevypipeline.raw;

import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * Where the lake lies: a bucket and the prefixes in it. Immutable; makes every object key there is.
 *
 * @param bucket the bucket's name
 * @param rawPrefix the folder of the raw dataset, without slashes at its ends
 * @param transformedPrefix the folder of what the transform makes
 * @param endpoint the S3 endpoint, or an empty text for AWS itself
 */
public record Destination(String bucket, String rawPrefix, String transformedPrefix, String endpoint) {
    private static final Pattern BUCKET = Pattern.compile("(?!.*\\.\\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
    private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9!_.*'()-]+(/[A-Za-z0-9!_.*'()-]+)*");
    private static final String DATASET = "hevy";
    private static final int SHORT_HASH_BYTES = 6;

    public Destination {
        if (!BUCKET.matcher(bucket).matches()) {
            throw new ConfigError(
                    ExitCode.CONFIGURATION,
                    "S3_BUCKET_NAME is not the name of a bucket: " + bucket,
                    "Give the name alone: 3 to 63 lower-case letters, digits, dots and hyphens.");
        }
        requirePrefix("S3_RAW_PREFIX", rawPrefix);
        requirePrefix("S3_TRANSFORMED_PREFIX", transformedPrefix);
    }

    private static void requirePrefix(String setting, String prefix) {
        boolean climbs = prefix.startsWith("./")
                || prefix.startsWith("../")
                || prefix.contains("/../")
                || prefix.contains("/./")
                || prefix.endsWith("/..")
                || prefix.endsWith("/.")
                || prefix.equals(".")
                || prefix.equals("..");
        if (climbs || !PREFIX.matcher(prefix).matches()) {
            throw new ConfigError(
                    ExitCode.CONFIGURATION,
                    setting + " is not a usable prefix: " + prefix,
                    "Give names divided by single slashes, with no slash at the ends, for example raw or lake/raw.");
        }
    }

    /** The folder of the raw dataset, for messages. */
    public String rawUri() {
        return "s3://" + bucket + "/" + rawPrefix + "/" + DATASET + "/";
    }

    /** The folder of a transformed table, for messages. */
    public String transformedUri(String table) {
        return "s3://" + bucket + "/" + transformedPrefix + "/" + table + "/";
    }

    /** The folder of everything transformed. */
    public String transformedPlace() {
        return "s3://" + bucket + "/" + transformedPrefix + "/";
    }

    /** The key of a raw file or of an object of the load log, by its path in the dataset's folder. */
    public String rawKey(String path) {
        return rawPrefix + "/" + DATASET + "/" + path;
    }

    /** The key of a transformed table's file. */
    public String transformedKey(String table, String file) {
        return transformedPrefix + "/" + table + "/" + file;
    }

    /**
     * A short name for the folder of this destination's local files. The endpoint is not in it, since that of a local
     * server may change from run to run; the names of raw files are unique by their load ids anyway.
     */
    String localName() {
        byte[] hash = Sha256.of((bucket + '\0' + rawPrefix).getBytes(StandardCharsets.UTF_8));
        return bucket + "-" + HexFormat.of().formatHex(hash, 0, SHORT_HASH_BYTES);
    }
}
