package io.github.hevypipeline.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The Hevy data of one simulated user, and the changes the user makes in the app.
 *
 * <p>Thread-safe; a reader sees a change whole or not at all. Objects go in and come out as copies. Workouts are kept
 * newest first by start time, the other lists in the order given.
 */
public final class Account {
    private static final Comparator<Item> NEWEST_FIRST =
            Comparator.comparing(Item::startedAt).reversed();

    private final InstantSource clock;
    private final Map<Listing, List<Item>> lists = new EnumMap<>(Listing.class);
    private final ObjectNode user;
    private List<Deletion> deletions = List.of();
    private List<Event> events;
    private Instant lastChange = Instant.EPOCH;

    private Account(Map<Listing, List<Item>> lists, ObjectNode user, InstantSource clock) {
        for (Listing listing : Listing.values()) {
            this.lists.put(listing, inOrder(listing, lists.getOrDefault(listing, List.of())));
        }
        this.user = user.deepCopy();
        this.clock = clock;
    }

    /** A new user who has logged nothing. */
    public static Account empty() {
        return of(Map.of(), newUser());
    }

    /** As {@link #of(Map, ObjectNode, InstantSource)}, by the system's clock. */
    public static Account of(Map<Listing, List<ObjectNode>> lists, ObjectNode user) {
        return of(lists, user, InstantSource.system());
    }

    /**
     * The account with exactly these objects; a list that is absent is empty.
     *
     * @param user the object {@code data} in the response of {@code /v1/user/info}
     * @param clock the time of later changes
     */
    public static Account of(Map<Listing, List<ObjectNode>> lists, ObjectNode user, InstantSource clock) {
        Map<Listing, List<Item>> items = new EnumMap<>(Listing.class);
        lists.forEach((listing, objects) -> items.put(listing, items(objects)));
        return new Account(items, user, clock);
    }

    /**
     * The account whose responses were recorded as {@code <folder>/<list>/page=NNNN.json} and {@code user_info.json}; a
     * list with no folder is empty.
     */
    public static Account fromPages(Path folder, InstantSource clock) throws IOException {
        Map<Listing, List<Item>> items = new EnumMap<>(Listing.class);
        for (Listing listing : Listing.values()) {
            items.put(listing, recorded(folder.resolve(listing.key()), listing));
        }
        Path userInfo = folder.resolve("user_info.json");
        ObjectNode user = Files.exists(userInfo)
                ? (ObjectNode) Json.object(Files.readAllBytes(userInfo)).get("data")
                : newUser();
        return new Account(items, user, clock);
    }

    static Account ofItems(Map<Listing, List<Item>> lists, ObjectNode user, InstantSource clock) {
        return new Account(lists, user, clock);
    }

    /** The objects of a list in the order in which the API gives them, each parsed as the stream reaches it. */
    public Stream<ObjectNode> items(Listing listing) {
        return list(listing).stream().map(Item::json);
    }

    /** How many objects a list has. */
    public int count(Listing listing) {
        return list(listing).size();
    }

    /** The workout of this id, or none. */
    public Optional<ObjectNode> workout(String id) {
        return find(id).map(Item::json);
    }

    /** The user, as under {@code data} in {@code /v1/user/info}. */
    public ObjectNode user() {
        return user.deepCopy();
    }

    /** Logs a workout as it is given, or replaces the one of the same id. Without an {@code updated_at} it is new now. */
    public synchronized void add(ObjectNode workout) {
        ObjectNode logged = workout.deepCopy();
        if (!logged.hasNonNull("updated_at")) {
            String now = Json.milliseconds(tick());
            logged.put("updated_at", now).put("created_at", now);
        }
        String id = logged.path("id").asText();
        List<Item> workouts = new ArrayList<>(without(id));
        workouts.add(Item.of(logged));
        deletions =
                deletions.stream().filter(deletion -> !deletion.id().equals(id)).toList();
        replace(Listing.WORKOUTS, workouts);
    }

    /**
     * Changes a workout and moves its {@code updated_at} to now.
     *
     * @throws NoSuchElementException when there is no such workout
     */
    public synchronized void edit(String id, Consumer<ObjectNode> change) {
        ObjectNode workout = find(id).orElseThrow().json();
        change.accept(workout);
        workout.put("updated_at", Json.milliseconds(tick()));
        List<Item> workouts = new ArrayList<>(without(id));
        workouts.add(Item.of(workout));
        replace(Listing.WORKOUTS, workouts);
    }

    /**
     * Deletes a workout: it leaves the list and becomes a {@code deleted} event. Every second of these events lacks
     * {@code deleted_at}, because the API promises none.
     *
     * @throws NoSuchElementException when there is no such workout
     */
    public synchronized void delete(String id) {
        String gone = find(id).orElseThrow().id();
        List<Deletion> extended = new ArrayList<>(deletions);
        extended.add(new Deletion(gone, tick(), deletions.size() % 2 == 0));
        deletions = List.copyOf(extended);
        replace(Listing.WORKOUTS, without(gone));
    }

    /** Puts these objects in place of a whole list, without an event: so change the lists that have none. */
    public synchronized void replaceAll(Listing listing, List<ObjectNode> objects) {
        replace(listing, items(objects));
    }

    synchronized List<Item> list(Listing listing) {
        return lists.get(listing);
    }

    Optional<Item> find(String workoutId) {
        return list(Listing.WORKOUTS).stream()
                .filter(item -> item.id().equals(workoutId))
                .findFirst();
    }

    /** The changes at or after {@code since}, newest first, every workout once. */
    List<Event> eventsSince(Instant since) {
        List<Event> all = allEvents();
        int end = all.size();
        while (end > 0 && all.get(end - 1).at().isBefore(since)) {
            end--;
        }
        return all.subList(0, end);
    }

    private synchronized List<Event> allEvents() {
        if (events == null) {
            Stream<Event> updated =
                    lists.get(Listing.WORKOUTS).stream().map(item -> new Event(item.updatedAt(), new Updated(item)));
            Stream<Event> deleted = deletions.stream().map(deletion -> new Event(deletion.at(), deletion));
            events = Stream.concat(updated, deleted)
                    .sorted(Comparator.comparing(Event::at).reversed())
                    .toList();
        }
        return events;
    }

    private List<Item> without(String id) {
        return list(Listing.WORKOUTS).stream()
                .filter(item -> !item.id().equals(id))
                .toList();
    }

    private void replace(Listing listing, List<Item> items) {
        lists.put(listing, inOrder(listing, items));
        events = null;
    }

    /** Now, but later than every change before, so that the order of changes can always be told. */
    private Instant tick() {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        lastChange = now.isAfter(lastChange) ? now : lastChange.plusMillis(1);
        return lastChange;
    }

    private static List<Item> inOrder(Listing listing, List<Item> items) {
        return listing == Listing.WORKOUTS ? items.stream().sorted(NEWEST_FIRST).toList() : List.copyOf(items);
    }

    private static List<Item> items(List<ObjectNode> objects) {
        return objects.stream().map(Item::of).toList();
    }

    private static List<Item> recorded(Path folder, Listing listing) throws IOException {
        List<Item> items = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (Stream<Path> pages = Files.list(folder)) {
                for (Path page : pages.sorted().toList()) {
                    for (JsonNode object : Json.object(Files.readAllBytes(page)).withArray(listing.key())) {
                        items.add(Item.of((ObjectNode) object));
                    }
                }
            }
        }
        return items;
    }

    private static ObjectNode newUser() {
        return Json.object()
                .put("id", "9d1e2f3a-4b5c-4d6e-8f70-8192a3b4c5d6")
                .put("name", "newcomer")
                .put("url", "https://hevy.com/user/newcomer");
    }

    /** One line of the change feed. Immutable. */
    record Event(Instant at, Change change) {
        byte[] bytes() {
            return change.bytes();
        }
    }

    /** What happened to a workout. */
    sealed interface Change permits Updated, Deletion {
        byte[] bytes();
    }

    /** A workout that is there, in its newest form. */
    record Updated(Item workout) implements Change {
        @Override
        public byte[] bytes() {
            return Bytes.of("{\"type\":\"updated\",\"workout\":", List.of(workout.bytes()), "}");
        }
    }

    /** A workout that is gone. */
    record Deletion(String id, Instant at, boolean saysWhen) implements Change {
        @Override
        public byte[] bytes() {
            ObjectNode event = Json.object().put("type", "deleted").put("id", id);
            if (saysWhen) {
                event.put("deleted_at", Json.milliseconds(at));
            }
            return Json.bytes(event);
        }
    }
}
