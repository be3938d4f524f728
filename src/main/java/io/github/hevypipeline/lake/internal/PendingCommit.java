package io.github.hevypipeline.lake.internal;

import io.github.hevypipeline.lake.CommittedFile;
import io.github.hevypipeline.lake.Snapshot;
import io.github.hevypipeline.lake.rows.StagedFile;
import java.util.List;
import java.util.Set;

/**
 * What a load will commit: the commit itself, the files to upload before it and those that it makes superfluous.
 *
 * <p>Immutable.
 */
public record PendingCommit(Snapshot next, List<StagedFile> uploads, List<CommittedFile> superseded) {
    public static PendingCommit of(Snapshot base, Snapshot next, List<StagedFile> uploads) {
        Set<CommittedFile> current = Set.copyOf(next.manifest().files());
        List<CommittedFile> superseded = base.manifest().files().stream()
                .filter(file -> !current.contains(file))
                .toList();
        return new PendingCommit(next, List.copyOf(uploads), superseded);
    }
}
