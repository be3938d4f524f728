package io.github.hevypipeline.accounts;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * The protocol of many accounts in memory: an API, an object store, a broker, workers and drivers that stop at every step.
 *
 * <p>Not thread-safe. Every step is one call that leaves a process, so that a history decides who acts next, who dies, and
 * what is lost, doubled or late. Each {@link Rule} can be broken, to show that the test notices.
 */
final class ProtocolWorld {
    /** The rules of the contract; each is kept unless a test breaks it. */
    enum Rule {
        /** A commit is put only where there is none: the second of two workers loses. */
        COMMIT_IF_ABSENT,
        /** A commit comes after all files that it names. */
        FILES_BEFORE_COMMIT,
        /** The offset comes after the announcement. */
        ANNOUNCE_BEFORE_OFFSET,
        /** An unchanged account announces its newest commit again. */
        ANNOUNCE_AGAIN,
        /** A load id is greater than that of the commit before, whatever the clock says. */
        LOAD_IDS_INCREASE,
        /** A load is worked out from the commit that its own commit follows. */
        LOAD_FOLLOWS_ITS_BASE,
        /** What the newest commit has and the API has no more becomes a tombstone. */
        TOMBSTONES,
        /** The driver merges the rows of committed loads only. */
        COMMITTED_ROWS_ONLY,
        /** The driver takes commits after the one merged, by sequence: a number whose commit was cleaned may come again. */
        COMMITS_BY_SEQUENCE,
        /** A row replaces an older one only. */
        NEWER_ROWS_ONLY,
        /** Of several versions of an item in a batch the newest counts. */
        NEWEST_OF_BATCH,
        /** A row that a tombstone of the same or a later load covers is not inserted. */
        TOMBSTONES_COVER,
        /** A child row comes with the load that its root has now. */
        CHILDREN_OF_ROOTS_LOAD,
        /** Child rows whose root is gone or of another load go. */
        ORPHANS_GO,
        /** Rows of one account never meet those of another, even if ids are equal. */
        ACCOUNT_IN_KEY,
        /** An account is noted as merged after all its tables. */
        NOTE_LAST,
        /** The note of what is merged never goes back. */
        NOTE_FORWARD,
        /** The newest commit is never cleaned. */
        NEWEST_COMMIT_STAYS,
        /** Only commits that are merged are cleaned. */
        MERGED_COMMITS_GO,
        /** Only packages that no commit names are cleaned. */
        NAMED_PACKAGES_STAY,
        /** A package that no commit names yet is cleaned after a day only. */
        PACKAGES_STAY_A_DAY,
        /** A worker whose package is old does not commit it. */
        OLD_PACKAGES_ARE_NOT_COMMITTED
    }

    static final long DAY = 1_000_000;
    /** The age from which a worker drops its package in place of committing it. */
    static final long OLD = DAY / 2;

    static final List<String> ROOTS = List.of("workouts", "routines");
    static final List<String> CHILDREN =
            List.of("workouts__exercises", "workouts__exercises__sets", "routines__exercises");

    private final Set<Rule> broken;
    private final List<Api> accounts = new ArrayList<>();
    final NavigableMap<String, Stored> store = new TreeMap<>();
    /** Accounts to load; a task stays until its offset is committed. */
    private final List<Task> tasks = new ArrayList<>();

    private final List<Integer> announcements = new ArrayList<>();
    private final List<Worker> workers = new ArrayList<>();
    private final List<Driver> drivers = new ArrayList<>();
    final Warehouse warehouse = new Warehouse();
    private long now = 1;
    private int packages;

    ProtocolWorld(int accounts, int workers, int drivers, Set<Rule> broken) {
        this.broken = broken.isEmpty() ? EnumSet.noneOf(Rule.class) : EnumSet.copyOf(broken);
        for (int i = 0; i < accounts; i++) {
            this.accounts.add(new Api());
            this.tasks.add(new Task(i));
        }
        for (int i = 0; i < workers; i++) {
            this.workers.add(new Worker(i));
        }
        for (int i = 0; i < drivers; i++) {
            this.drivers.add(new Driver());
        }
    }

    private boolean keeps(Rule rule) {
        return !broken.contains(rule);
    }

    // --- what a history does

    /** Adds or edits an item at the API. */
    void edit(int account, String table, int id) {
        now++;
        api(account).edit(table, id);
    }

    /** Deletes an item at the API, if it is there. */
    void delete(int account, String table, int id) {
        now++;
        api(account).delete(table, id);
    }

    /** Asks for one more load of an account. */
    void dispatch(int account) {
        tasks.add(new Task(account % accounts.size()));
    }

    /** Lets a worker do so many steps. */
    void work(int worker, int steps) {
        for (int i = 0; i < steps; i++) {
            now++;
            workers.get(worker % workers.size()).step();
        }
    }

    /** Kills a worker: what it holds in memory is lost, its tasks come again. */
    void killWorker(int worker) {
        workers.get(worker % workers.size()).die();
    }

    /** Gives the tasks that a worker holds to others, while it works on: a rebalance. */
    void rebalance() {
        tasks.forEach(task -> task.taken = false);
    }

    /** Lets a driver do so many steps. */
    void drive(int driver, int steps) {
        for (int i = 0; i < steps; i++) {
            now++;
            drivers.get(driver % drivers.size()).step();
        }
    }

    /** Kills a driver between two steps. */
    void killDriver(int driver) {
        drivers.get(driver % drivers.size()).die();
    }

    /** Doubles one announcement, and puts it first. */
    void doubleAnnouncement(int which) {
        if (!announcements.isEmpty()) {
            announcements.add(0, announcements.get(which % announcements.size()));
        }
    }

    /** Loses one announcement. The next round announces again. */
    void loseAnnouncement(int which) {
        if (!announcements.isEmpty()) {
            announcements.remove(which % announcements.size());
        }
    }

    /** Lets a day pass: processes that are in the middle of something stay there. */
    void passDay() {
        now += DAY;
    }

    /** Sets a worker's clock off. */
    void setClock(int worker, long offset) {
        workers.get(worker % workers.size()).clock = offset;
    }

    /** Removes the packages that no commit names. */
    void cleanPackages() {
        now++;
        Set<String> named = new HashSet<>();
        for (Stored stored : store.values()) {
            if (stored.commit() != null) {
                named.addAll(stored.commit().files());
            }
        }
        store.entrySet()
                .removeIf(entry -> entry.getValue().commit() == null
                        && !(keeps(Rule.NAMED_PACKAGES_STAY) && named.contains(entry.getKey()))
                        && !(keeps(Rule.PACKAGES_STAY_A_DAY)
                                && now - entry.getValue().at() < DAY));
    }

    /** Lets everyone finish: a round over all accounts and the merge of all that it announces. */
    void settle() {
        drivers.forEach(Driver::die);
        workers.forEach(Worker::die);
        for (int round = 0; round < 2; round++) {
            for (int account = 0; account < accounts.size(); account++) {
                dispatch(account);
            }
            finish();
        }
    }

    private void finish() {
        for (int i = 0; !tasks.isEmpty() || workers.get(0).isBusy(); i++) {
            require(i < 5_000, "The worker ends its tasks");
            work(0, 1);
        }
        for (int i = 0; !announcements.isEmpty() || drivers.get(0).isBusy(); i++) {
            require(i < 5_000, "The driver ends its batches");
            drive(0, 1);
        }
    }

    // --- what must hold

    /** What holds at any time. */
    void check() {
        for (Map.Entry<Key, Row> root : warehouse.roots.entrySet()) {
            require(
                    warehouse.everCommitted.contains(
                            new Load(root.getValue().account(), root.getValue().load())),
                    "%s is of a load that was committed",
                    root);
        }
    }

    /**
     * What holds once a driver has noted an account's newest commit as merged while no other is at work. Before an older
     * one a driver that died may have been ahead.
     */
    private void checkMerged(int account, Commit commit) {
        long busy = drivers.stream().filter(Driver::isBusy).count();
        if (busy <= 1 && commit.equals(newestCommit(account))) {
            requireTables(account, commit.state());
        }
    }

    /** Each account's tables are its truth, and one more round changes nothing. */
    void checkSettled() {
        for (int account = 0; account < accounts.size(); account++) {
            requireTables(account, api(account).items);
        }
        int objects = store.size();
        Map<Key, Row> roots = Map.copyOf(warehouse.roots);
        for (int account = 0; account < accounts.size(); account++) {
            dispatch(account);
        }
        Set<String> before = Set.copyOf(store.keySet());
        finish();
        require(store.size() <= objects && before.containsAll(store.keySet()), "An unchanged round writes no object");
        require(roots.equals(warehouse.roots), "An unchanged round changes no row");
    }

    private void requireTables(int account, Map<Item, Integer> items) {
        Map<Item, Integer> roots = new HashMap<>();
        warehouse.roots.forEach((key, row) -> {
            if (row.account() == account) {
                roots.put(new Item(key.table(), key.id()), row.revision());
            }
        });
        require(roots.equals(items), "Account %s has the items %s in place of %s", account, roots, items);
        Set<Child> children = new HashSet<>();
        warehouse.children.values().forEach(child -> {
            if (child.account() == account) {
                children.add(child.withoutLoad());
            }
        });
        Set<Child> expected = new HashSet<>();
        items.forEach((item, revision) ->
                children(account, 0, item, revision).forEach(child -> expected.add(child.withoutLoad())));
        require(
                children.equals(expected),
                "Account %s has the children %s in place of %s",
                account,
                children,
                expected);
    }

    private static void require(boolean holds, String rule, Object... facts) {
        if (!holds) {
            throw new AssertionError(String.format(Locale.ROOT, rule, facts));
        }
    }

    private Api api(int account) {
        return accounts.get(account % accounts.size());
    }

    // --- the data

    /** An item of an account: a workout, or a routine. */
    record Item(String table, int id) {}

    /** A root row's key. */
    record Key(int account, String table, int id) {}

    record Load(int account, long load) {}

    /** A root row; a tombstone has no revision. */
    record Row(int account, long load, Item item, Integer revision) {
        boolean isTombstone() {
            return revision == null;
        }
    }

    /** A child row: its table, its root, its place. */
    record Child(int account, long load, String table, Item root, int index, int revision) {
        Child withoutLoad() {
            return new Child(account, 0, table, root, index, revision);
        }
    }

    private record ChildKey(int account, String table, int root, int index) {}

    /** An object: the rows of one table, or a commit. */
    record Stored(long at, List<Row> rows, List<Child> children, Commit commit) {}

    record Commit(
            int account, long sequence, long load, long previousLoad, List<String> files, Map<Item, Integer> state) {}

    private static final Commit NONE = new Commit(-1, 0, 0, 0, List.of(), Map.of());

    /** Revision and id decide how many children there are, so that an edit may add and remove some. */
    private static List<Child> children(int account, long load, Item item, int revision) {
        List<Child> children = new ArrayList<>();
        for (String table : CHILDREN) {
            if (table.startsWith(item.table())) {
                int count = (revision + table.length()) % 3;
                for (int i = 0; i < count; i++) {
                    children.add(new Child(account, load, table, item, i, revision));
                }
            }
        }
        return children;
    }

    private static String commitFolder(int account) {
        return "commits/" + account + "/";
    }

    private static String commitKey(int account, long sequence) {
        return commitFolder(account) + (1_000_000 + sequence);
    }

    /** One account as Hevy has it. */
    private static final class Api {
        private final Map<Item, Integer> items = new HashMap<>();
        private int revisions;

        void edit(String table, int id) {
            items.put(new Item(table, id), ++revisions);
        }

        void delete(String table, int id) {
            items.remove(new Item(table, id));
        }

        Map<Item, Integer> read(String table) {
            Map<Item, Integer> read = new LinkedHashMap<>();
            items.forEach((item, revision) -> {
                if (item.table().equals(table)) {
                    read.put(item, revision);
                }
            });
            return read;
        }
    }

    private static final class Task {
        private final int account;
        private boolean taken;

        Task(int account) {
            this.account = account;
        }
    }

    // --- a worker

    /** A step of a process; what it returns comes next, before what waits. */
    @FunctionalInterface
    private interface Step {
        void run();
    }

    /** One account in a worker's batch. */
    private static final class Loading {
        private final int account;
        private Commit base = NONE;
        private final Map<Item, Integer> read = new HashMap<>();
        private Commit commit;
        private List<Row> rows = List.of();

        Loading(int account) {
            this.account = account;
        }
    }

    private final class Worker {
        private final int number;
        private final Deque<Step> plan = new ArrayDeque<>();
        private final List<Task> taken = new ArrayList<>();
        private final List<Loading> batch = new ArrayList<>();
        private long packagedAt;
        private long clock;

        Worker(int number) {
            this.number = number;
        }

        boolean isBusy() {
            return !plan.isEmpty();
        }

        void die() {
            plan.clear();
            batch.clear();
            taken.forEach(task -> task.taken = false);
            taken.clear();
        }

        void step() {
            if (plan.isEmpty()) {
                take();
            } else {
                plan.pop().run();
            }
        }

        /** Takes up to two tasks: their changes share a package. */
        private void take() {
            batch.clear();
            taken.clear();
            Set<Integer> mine = new HashSet<>();
            for (Task task : tasks) {
                if (!task.taken && taken.size() < 2 && mine.add(task.account)) {
                    task.taken = true;
                    taken.add(task);
                    Loading loading = new Loading(task.account);
                    batch.add(loading);
                    plan.add(() -> readBase(loading));
                    ROOTS.forEach(table -> plan.add(
                            () -> loading.read.putAll(api(loading.account).read(table))));
                }
            }
            if (!batch.isEmpty()) {
                plan.add(this::pack);
            }
        }

        /** Lists and gets apart: the driver may clean in between. */
        private void readBase(Loading loading) {
            String key = newestKey(loading.account);
            if (key != null) {
                plan.push(() -> {
                    Stored stored = store.get(key);
                    if (stored == null) {
                        readBase(loading);
                    } else {
                        loading.base = stored.commit();
                    }
                });
            }
        }

        private void pack() {
            packages++;
            packagedAt = now;
            String prefix = "packages/" + packages + "-" + number + "/";
            Map<String, List<Row>> roots = new TreeMap<>();
            Map<String, List<Child>> children = new TreeMap<>();
            for (Loading loading : batch) {
                loading.commit = plan(loading, prefix);
                for (Row row : loading.rows) {
                    roots.computeIfAbsent(row.item().table(), t -> new ArrayList<>())
                            .add(row);
                    if (!row.isTombstone()) {
                        children(loading.account, row.load(), row.item(), row.revision())
                                .forEach(child -> children.computeIfAbsent(child.table(), t -> new ArrayList<>())
                                        .add(child));
                    }
                }
            }
            List<Step> files = new ArrayList<>();
            roots.forEach((table, rows) ->
                    files.add(() -> store.putIfAbsent(prefix + table, new Stored(now, rows, List.of(), null))));
            children.forEach((table, rows) ->
                    files.add(() -> store.putIfAbsent(prefix + table, new Stored(now, List.of(), rows, null))));
            List<Step> commits = new ArrayList<>();
            batch.stream()
                    .filter(loading -> loading.commit != null)
                    .forEach(loading -> commits.add(() -> commit(loading)));
            plan.addAll(keeps(Rule.FILES_BEFORE_COMMIT) ? files : commits);
            plan.addAll(keeps(Rule.FILES_BEFORE_COMMIT) ? commits : files);
            List<Step> announce = new ArrayList<>();
            batch.forEach(loading -> announce.add(() -> announce(loading)));
            List<Step> offsets = new ArrayList<>();
            List.copyOf(taken).forEach(task -> offsets.add(() -> tasks.remove(task)));
            plan.addAll(keeps(Rule.ANNOUNCE_BEFORE_OFFSET) ? announce : offsets);
            plan.addAll(keeps(Rule.ANNOUNCE_BEFORE_OFFSET) ? offsets : announce);
        }

        /** The commit of a load, or null if nothing has changed. */
        private Commit plan(Loading loading, String prefix) {
            Commit base = loading.base;
            long next = now + clock;
            long load = keeps(Rule.LOAD_IDS_INCREASE) ? Math.max(next, base.load() + 1) : next;
            List<Row> rows = new ArrayList<>();
            loading.read.forEach((item, revision) -> {
                if (!revision.equals(base.state().get(item))) {
                    rows.add(new Row(loading.account, load, item, revision));
                }
            });
            if (keeps(Rule.TOMBSTONES)) {
                for (Item item : base.state().keySet()) {
                    if (!loading.read.containsKey(item)) {
                        rows.add(new Row(loading.account, load, item, null));
                    }
                }
            }
            loading.rows = rows;
            if (rows.isEmpty()) {
                return null;
            }
            Set<String> files = new LinkedHashSet<>();
            for (Row row : rows) {
                files.add(prefix + row.item().table());
                if (!row.isTombstone()) {
                    children(loading.account, load, row.item(), row.revision())
                            .forEach(child -> files.add(prefix + child.table()));
                }
            }
            return new Commit(
                    loading.account,
                    base.sequence() + 1,
                    load,
                    base.load(),
                    List.copyOf(files),
                    Map.copyOf(loading.read));
        }

        private void commit(Loading loading) {
            if (keeps(Rule.OLD_PACKAGES_ARE_NOT_COMMITTED) && now - packagedAt > OLD) {
                return;
            }
            Commit commit = loading.commit;
            if (!keeps(Rule.LOAD_FOLLOWS_ITS_BASE)) {
                long sequence = newestCommit(loading.account).sequence() + 1;
                commit = new Commit(
                        commit.account(),
                        sequence,
                        commit.load(),
                        commit.previousLoad(),
                        commit.files(),
                        commit.state());
            }
            String key = commitKey(loading.account, commit.sequence());
            if (keeps(Rule.COMMIT_IF_ABSENT) && store.containsKey(key)) {
                return;
            }
            store.put(key, new Stored(now, List.of(), List.of(), commit));
            warehouse.everCommitted.add(new Load(commit.account(), commit.load()));
        }

        private void announce(Loading loading) {
            if (loading.commit != null || keeps(Rule.ANNOUNCE_AGAIN)) {
                announcements.add(loading.account);
            }
        }
    }

    private Commit newestCommit(int account) {
        String key = newestKey(account);
        return key == null ? NONE : store.get(key).commit();
    }

    private String newestKey(int account) {
        String key = store.lowerKey(commitKey(account, 999_999));
        return key != null && key.startsWith(commitFolder(account)) ? key : null;
    }

    private List<Commit> commits(int account) {
        return store.subMap(commitFolder(account), commitKey(account, 999_999)).values().stream()
                .map(Stored::commit)
                .toList();
    }

    // --- the driver

    /** The tables, and what they count as merged. */
    static final class Warehouse {
        final Map<Key, Row> roots = new HashMap<>();
        final Map<ChildKey, Child> children = new HashMap<>();
        final Map<Key, Long> tombstones = new HashMap<>();
        final Map<Integer, Commit> merged = new HashMap<>();
        final Set<Load> everCommitted = new HashSet<>();
    }

    private final class Driver {
        private final Deque<Step> plan = new ArrayDeque<>();
        private final Map<Integer, List<Commit>> batch = new TreeMap<>();
        private final List<Row> rows = new ArrayList<>();
        private final List<Child> children = new ArrayList<>();
        private List<Integer> hints = List.of();

        boolean isBusy() {
            return !plan.isEmpty();
        }

        void die() {
            plan.clear();
            batch.clear();
        }

        void step() {
            if (plan.isEmpty()) {
                take();
            } else {
                plan.pop().run();
            }
        }

        private void take() {
            if (announcements.isEmpty()) {
                return;
            }
            hints = List.copyOf(announcements);
            batch.clear();
            rows.clear();
            children.clear();
            for (int account : new LinkedHashSet<>(hints)) {
                plan.add(() -> list(account));
            }
            plan.add(this::begin);
        }

        private void list(int account) {
            Commit merged = warehouse.merged.getOrDefault(account, NONE);
            batch.put(
                    account,
                    commits(account).stream()
                            .filter(commit -> keeps(Rule.COMMITS_BY_SEQUENCE)
                                    ? commit.sequence() > merged.sequence()
                                    : commit.load() > merged.load())
                            .toList());
        }

        private void begin() {
            Set<String> files = new LinkedHashSet<>();
            batch.values().forEach(commits -> commits.forEach(commit -> files.addAll(commit.files())));
            files.forEach(file -> plan.add(() -> read(file)));
            plan.add(this::mergeTombstones);
            if (!keeps(Rule.NOTE_LAST)) {
                batch.forEach((account, commits) -> plan.add(() -> note(account, commits)));
            }
            ROOTS.forEach(table -> plan.add(() -> mergeRoot(table)));
            CHILDREN.forEach(table -> plan.add(() -> mergeChildren(table)));
            if (keeps(Rule.NOTE_LAST)) {
                batch.forEach((account, commits) -> plan.add(() -> note(account, commits)));
            }
            List<Integer> done = hints;
            plan.add(() -> done.forEach(hint -> announcements.remove(hint)));
            batch.keySet().forEach(account -> plan.add(() -> clean(account)));
        }

        private void read(String file) {
            Stored stored = store.get(file);
            if (stored == null) {
                // Another driver has merged and cleaned it; who comes next lists anew.
                boolean stillNamed = batch.keySet().stream().anyMatch(account -> commits(account).stream()
                        .filter(commit -> commit.sequence()
                                > warehouse.merged.getOrDefault(account, NONE).sequence())
                        .anyMatch(commit -> commit.files().contains(file)));
                require(!stillNamed, "The file %s of an unmerged commit is there", file);
                die();
                return;
            }
            stored.rows().stream()
                    .filter(row -> isTaken(row.account(), row.load()))
                    .forEach(rows::add);
            stored.children().stream()
                    .filter(child -> isTaken(child.account(), child.load()))
                    .forEach(children::add);
        }

        private boolean isTaken(int account, long load) {
            return !keeps(Rule.COMMITTED_ROWS_ONLY)
                    || batch.getOrDefault(account, List.of()).stream().anyMatch(commit -> commit.load() == load);
        }

        private Key key(int account, String table, int id) {
            return new Key(keeps(Rule.ACCOUNT_IN_KEY) ? account : 0, table, id);
        }

        private void mergeTombstones() {
            for (Row row : rows) {
                if (row.isTombstone()) {
                    warehouse.tombstones.merge(
                            key(row.account(), row.item().table(), row.item().id()), row.load(), Math::max);
                }
            }
        }

        private void mergeRoot(String table) {
            Map<Key, Row> source = new LinkedHashMap<>();
            for (Row row : rows) {
                if (row.item().table().equals(table) && !row.isTombstone()) {
                    Key key = key(row.account(), table, row.item().id());
                    long gone = warehouse.tombstones.getOrDefault(key, 0L);
                    if (keeps(Rule.TOMBSTONES_COVER) && gone >= row.load()) {
                        continue;
                    }
                    Row other = source.get(key);
                    boolean counts = other == null || row.load() > other.load() == keeps(Rule.NEWEST_OF_BATCH);
                    if (counts) {
                        source.put(key, row);
                    }
                }
            }
            source.forEach((key, row) -> {
                Row target = warehouse.roots.get(key);
                if (target == null || !keeps(Rule.NEWER_ROWS_ONLY) || row.load() > target.load()) {
                    warehouse.roots.put(key, row);
                }
            });
            warehouse
                    .roots
                    .entrySet()
                    .removeIf(root -> root.getKey().table().equals(table)
                            && batch.containsKey(root.getValue().account())
                            && warehouse.tombstones.getOrDefault(root.getKey(), 0L)
                                    >= root.getValue().load());
        }

        private void mergeChildren(String table) {
            warehouse
                    .children
                    .values()
                    .removeIf(child -> child.table().equals(table)
                            && batch.containsKey(child.account())
                            && keeps(Rule.ORPHANS_GO)
                            && !isOfRootsLoad(child));
            for (Child child : children) {
                if (child.table().equals(table) && (!keeps(Rule.CHILDREN_OF_ROOTS_LOAD) || isOfRootsLoad(child))) {
                    int account = keeps(Rule.ACCOUNT_IN_KEY) ? child.account() : 0;
                    warehouse.children.put(
                            new ChildKey(account, table, child.root().id(), child.index()), child);
                }
            }
        }

        private boolean isOfRootsLoad(Child child) {
            Row root = warehouse.roots.get(
                    key(child.account(), child.root().table(), child.root().id()));
            return root != null && root.account() == child.account() && root.load() == child.load();
        }

        private void note(int account, List<Commit> commits) {
            if (commits.isEmpty()) {
                return;
            }
            Commit last = commits.get(commits.size() - 1);
            Commit merged = warehouse.merged.getOrDefault(account, NONE);
            if (!keeps(Rule.NOTE_FORWARD) || last.sequence() > merged.sequence()) {
                warehouse.merged.put(account, last);
                checkMerged(account, last);
            }
        }

        private void clean(int account) {
            List<Commit> commits = commits(account);
            long merged = warehouse.merged.getOrDefault(account, NONE).sequence();
            for (int i = 0; i < commits.size(); i++) {
                Commit commit = commits.get(i);
                boolean newest = i == commits.size() - 1;
                if ((commit.sequence() <= merged || !keeps(Rule.MERGED_COMMITS_GO))
                        && !(newest && keeps(Rule.NEWEST_COMMIT_STAYS))) {
                    store.remove(commitKey(account, commit.sequence()));
                }
            }
        }
    }

    @Override
    public String toString() {
        return "commits " + store.keySet() + ", merged " + warehouse.merged.keySet() + ", broken "
                + Objects.toString(broken);
    }
}
