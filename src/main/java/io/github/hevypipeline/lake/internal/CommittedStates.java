package io.github.hevypipeline.lake.internal;

import io.github.hevypipeline.lake.LoadIds;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Finds the states that belong to no commit. A commit is named by its sequence, a state by its load.
 *
 * <p>Not thread-safe; it belongs to one run. Load ids grow with the sequence. So if there are no more states than commits
 * below a known one, each has its commit. Otherwise commits are read, the newest first, until the surplus is found.
 */
public final class CommittedStates {
    private final List<String> loadIds;
    private final List<String> commitKeys;
    private final List<String> strays = new ArrayList<>();

    /**
     * @param loadIds those of the states, none later than the newest commit's
     * @param olderCommitKeys the commits before the newest, oldest first
     */
    public CommittedStates(List<String> loadIds, List<String> olderCommitKeys, String newestLoadId) {
        this.loadIds = new ArrayList<>(
                loadIds.stream().sorted(Comparator.comparing(BigDecimal::new)).toList());
        this.commitKeys = new ArrayList<>(olderCommitKeys);
        explain(newestLoadId);
    }

    /** Whether another commit has to be read. */
    public boolean isUnexplained() {
        return loadIds.size() > commitKeys.size() && !commitKeys.isEmpty();
    }

    /** The key of the commit to read. */
    public String getNextKey() {
        return commitKeys.get(commitKeys.size() - 1);
    }

    /** Takes the load of the commit that was read. */
    public void read(String loadId) {
        commitKeys.remove(commitKeys.size() - 1);
        explain(loadId);
    }

    /** The commit cannot be read: its state is of no use to anybody. */
    public void unreadable() {
        commitKeys.remove(commitKeys.size() - 1);
    }

    /** Later states than a commit's, but earlier than the next one's, belong to none. */
    private void explain(String loadId) {
        while (!loadIds.isEmpty() && LoadIds.isAfter(loadIds.get(loadIds.size() - 1), loadId)) {
            strays.add(loadIds.remove(loadIds.size() - 1));
        }
        loadIds.remove(loadId);
    }

    /** The paths of the states that belong to no commit; complete once nothing is unexplained. */
    public List<String> strays() {
        List<String> all = new ArrayList<>(strays);
        if (commitKeys.isEmpty()) {
            all.addAll(loadIds);
        }
        return all.stream().map(CommitLog::statePath).toList();
    }
}
