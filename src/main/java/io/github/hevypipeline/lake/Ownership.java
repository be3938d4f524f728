package io.github.hevypipeline.lake;

import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.lake.schema.Resource;
import java.util.Optional;

/**
 * Whether the API key of a load belongs to the account whose data the lake holds.
 *
 * <p>Not thread-safe; it belongs to one load. The key that loaded last needs no proof. Any other key is proven by the
 * account's id or, if the lake or Hevy has none, by items that the lake and Hevy share.
 */
final class Ownership {
    private final Snapshot base;
    private final String source;
    private final boolean usesKey;
    private LakeAccount ofKey;
    private boolean proven;
    private boolean provenByItems;
    private boolean refused;

    /**
     * @param source identifies the address and the key in use
     * @param usesKey whether the load asks Hevy; an export does not tell whose it is
     */
    Ownership(Snapshot base, String source, boolean usesKey) {
        this.base = base;
        this.source = source;
        this.usesKey = usesKey;
    }

    private Optional<LakeAccount> committed() {
        return base.state().account();
    }

    /** Whether Hevy has to be asked whose key it is. */
    boolean isToBeAsked() {
        return usesKey
                && ofKey == null
                && committed().filter(account -> account.isOf(source)).isEmpty();
    }

    /**
     * Takes the account of the key; either may be null.
     *
     * @throws ConfigError if the lake is of another account
     */
    void take(String id, String name) {
        ofKey = LakeAccount.told(id, name, source);
        if (committed().filter(ofKey::isAnotherThan).isPresent()) {
            refused = true;
            throw new ConfigError(
                    ExitCode.CONFIGURATION,
                    "The lake holds the data of " + committed().orElseThrow().shown() + ", but HEVY_API_KEY belongs to "
                            + ofKey.shown() + "; nothing was written.",
                    "Set the key of the lake's account, or give the other account its own S3_BUCKET_NAME or"
                            + " LAKE_PATH, or its own S3_RAW_PREFIX and S3_TRANSFORMED_PREFIX.");
        }
        proven = isNobodys() || committed().filter(ofKey::isSameAs).isPresent();
    }

    /** An empty lake is nobody's, and so is one of an export alone, or one whose commit and account cannot be read. */
    private boolean isNobodys() {
        boolean isUnknown = base.isLost() || base.manifest().isOfExportsAlone();
        return base.sequence() == 0 || (isUnknown && committed().isEmpty());
    }

    /** Whether only shared items can prove the account. */
    boolean isOpen() {
        return ofKey != null && !proven;
    }

    /** An item that Hevy has is in the lake. */
    void provenByItem() {
        proven = true;
        provenByItems = true;
    }

    /** The key's account has nothing of a table of the lake. */
    ConfigError refusal(Resource resource, long rows) {
        refused = true;
        String lake = committed()
                .map(account -> "the lake of " + account.shown())
                .orElse("the lake, which does not record its account");
        return new ConfigError(
                ExitCode.CONFIGURATION,
                "HEVY_API_KEY belongs to " + ofKey.shown() + " and shares none of the " + rows + " " + resource.name()
                        + " in " + lake + ", so it seems to be another account's; nothing was written.",
                "Set the key of the lake's account, or give the other account its own S3_BUCKET_NAME or LAKE_PATH,"
                        + " or its own S3_RAW_PREFIX and S3_TRANSFORMED_PREFIX.");
    }

    /** The export has workouts at the time of the API's, but too few of them. */
    ConfigError refusalOfExport(int workouts, int shared) {
        refused = true;
        return new ConfigError(
                ExitCode.CONFIGURATION,
                hardlyShared(workouts + " workouts of the export", shared),
                "Set PIPELINE_TIMEZONE to the time zone of the phone. If it is right, the export is of another account: give"
                        + " that its own S3_BUCKET_NAME or LAKE_PATH, or its own S3_RAW_PREFIX and S3_TRANSFORMED_PREFIX.");
    }

    /** The lake has exported workouts at the time of the API's, but too few of them. */
    ConfigError refusalForExport(int workouts, int shared) {
        refused = true;
        return new ConfigError(
                ExitCode.CONFIGURATION,
                hardlyShared(workouts + " exported workouts of the lake", shared),
                "If the export was loaded with another PIPELINE_TIMEZONE than that of the phone, set it and run once with"
                        + " both HEVY_EXPORT and HEVY_API_KEY. If it was right, the key is of another account: give that its own"
                        + " S3_BUCKET_NAME or LAKE_PATH, or its own S3_RAW_PREFIX and S3_TRANSFORMED_PREFIX.");
    }

    private static String hardlyShared(String workouts, int shared) {
        String few = shared == 0 ? "none starts" : shared == 1 ? "only 1 starts" : "only " + shared + " start";
        return "Of the " + workouts + " from the time of those that Hevy's API has brought, " + few
                + " in the same minute as one of them; nothing was written.";
    }

    /** Whether the load was refused because of its account. */
    boolean isRefused() {
        return refused;
    }

    /** The account for the next state; the committed one while nothing is proven, so that the next run asks again. */
    Optional<LakeAccount> next() {
        return proven ? Optional.of(ofKey) : committed();
    }

    /** Whether the state has to be committed for this alone: shared items are costlier to find again than an id. */
    boolean isToBeCommitted() {
        return provenByItems;
    }
}
