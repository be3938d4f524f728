package io.github.hevypipeline.raw;

import java.util.List;
import java.util.Set;

/**
 * What a load will commit: the commit itself, the files to upload before it and those that it makes superfluous.
 *
 * <p>Immutable.
 */
record Prepared(Committed next, List<StagedFile> uploads, List<CommittedFile> superseded) {
    static Prepared of(Committed base, Committed next, List<StagedFile> uploads) {
        Set<CommittedFile> current = Set.copyOf(next.manifest().files());
        List<CommittedFile> superseded = base.manifest().files().stream()
                .filter(file -> !current.contains(file))
                .toList();
        return new Prepared(next, List.copyOf(uploads), superseded);
    }
}
