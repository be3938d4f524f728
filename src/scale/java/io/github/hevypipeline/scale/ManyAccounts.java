package io.github.hevypipeline.scale;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.hevypipeline.demo.Account;
import io.github.hevypipeline.demo.Listing;
import io.github.hevypipeline.demo.Request;
import io.github.hevypipeline.demo.SimulatedAccount;
import io.github.hevypipeline.demo.SimulatedHevy;
import io.github.hevypipeline.demo.SimulatedResponse;
import io.github.hevypipeline.faults.Truth;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * One Hevy API with many accounts: each API key is an account of its own, with its own size, mood and count of requests.
 *
 * <p>Thread-safe; the owner closes it.
 */
public final class ManyAccounts implements AutoCloseable {
    /** The workouts of the accounts of one scenario: most are small, few are large. */
    private static final int[] SIZES = {3, 12, 1, 40, 0, 7, 25, 90, 5, 18};

    private static final LocalDate LAST_DAY = LocalDate.of(2026, 1, 12);
    private static final String NO_ACCOUNT = "00000000-0000-4000-8000-00000000ffff";

    private final SimulatedHevy hevy =
            SimulatedHevy.of(Account.empty()).apiKey(NO_ACCOUNT).start();
    private final Map<String, Tenant> byId = new ConcurrentHashMap<>();
    private final Map<String, Tenant> byKey = new ConcurrentHashMap<>();

    /** Serves nobody yet. */
    public ManyAccounts() {
        hevy.meetWith(this::meet);
    }

    /** How the API answers one account. */
    public enum Mood {
        /** As it should. */
        HONEST,
        /** 401: the key was revoked. */
        REVOKED,
        /** Every list and every feed is empty, the count is 0. */
        EMPTY,
        /** JSON that ends too early. */
        BROKEN_JSON,
        /** JSON that never ends. */
        ENDLESS,
        /** A page for people, with status 200. */
        HTML,
        /** Text of 16 MB in the place of each title. */
        HUGE_TEXT,
        /** No response until the client gives up. */
        SILENT,
        /** 503. */
        DOWN;

        private SimulatedResponse distort(Request request, Supplier<SimulatedResponse> truth) {
            return switch (this) {
                case HONEST -> truth.get();
                case REVOKED -> SimulatedResponse.error(401, "Unauthorized");
                case EMPTY -> empty(request);
                case BROKEN_JSON -> truth.get().withBody(body -> body.substring(0, body.length() / 2));
                case ENDLESS -> SimulatedResponse.json(200, "{\"workouts\":[],").withoutEnd();
                case HTML ->
                    SimulatedResponse.of(200)
                            .withHeader("Content-Type", "text/html")
                            .withBody(body -> "<html><body>Just a moment...</body></html>");
                case HUGE_TEXT ->
                    truth.get().withBody(body -> body.replace("\"title\":\"", "\"title\":\"" + "x".repeat(16 << 20)));
                case SILENT -> SimulatedResponse.silence();
                case DOWN -> SimulatedResponse.error(503, "Service unavailable");
            };
        }

        private static SimulatedResponse empty(Request request) {
            String list = request.path().substring(request.path().lastIndexOf('/') + 1);
            return switch (list) {
                case "count" -> SimulatedResponse.json(200, "{\"workout_count\":0}");
                case "info" -> SimulatedResponse.json(200, "{\"data\":{}}");
                default -> SimulatedResponse.json(200, "{\"page\":1,\"page_count\":0,\"" + list + "\":[]}");
            };
        }
    }

    /** One account, its key, and how often it was asked. */
    public static final class Tenant {
        private final String id;
        private final String key;
        private final Account account;
        private final AtomicLong requests = new AtomicLong();
        private volatile Mood mood = Mood.HONEST;

        private Tenant(String id, String key, Account account) {
            this.id = id;
            this.key = key;
            this.account = account;
        }

        /** The {@code account_id}. */
        public String id() {
            return id;
        }

        public String key() {
            return key;
        }

        /** What the user of this account has logged; changes show in the next response. */
        public Account account() {
            return account;
        }

        /** How many requests came with this account's key so far. */
        public long requests() {
            return requests.get();
        }

        public Mood mood() {
            return mood;
        }

        /** Answers all later requests in this mood. */
        public Tenant in(Mood other) {
            mood = other;
            return this;
        }

        /** What the raw tables must hold for this account as it is now. */
        public Truth truth() {
            return Truth.of(account);
        }

        /** The ids of its workouts, newest first. */
        public List<String> workouts() {
            return account.items(Listing.WORKOUTS)
                    .map(workout -> workout.path("id").asText())
                    .toList();
        }

        /** Edits the newest workout; does nothing without one. */
        public void editNewest(String title) {
            workouts().stream().findFirst().ifPresent(newest -> account.edit(newest, w -> w.put("title", title)));
        }

        /** Deletes the oldest workout; does nothing without one. */
        public void deleteOldest() {
            List<String> ids = workouts();
            if (!ids.isEmpty()) {
                account.delete(ids.get(ids.size() - 1));
            }
        }

        /** Logs one more workout; a number from 1 to 15 tells those of one day apart. */
        public ObjectNode logWorkout(LocalDate day, int number) {
            ObjectNode workout =
                    SimulatedAccount.workout(id.hashCode(), day, number).without(List.of("updated_at", "created_at"));
            account.add(workout);
            return workout;
        }

        /** Types that no schema has: reps as a fraction and as text, a weight as text, and a new field. */
        public void drift() {
            List<String> ids = account.items(Listing.WORKOUTS)
                    .filter(workout -> workout.at("/exercises/0/sets/1").isObject())
                    .map(workout -> workout.path("id").asText())
                    .toList();
            for (String workout : ids) {
                account.edit(workout, w -> {
                    ((ObjectNode) w.at("/exercises/0/sets/0")).put("reps", 8.5).put("tempo", "3-1-1");
                    ((ObjectNode) w.at("/exercises/0/sets/1"))
                            .put("reps", "AMRAP")
                            .put("weight_kg", "heavy");
                });
            }
        }

        /** Text that means something to Camel, to a shell, to SQL or to a spreadsheet. */
        public void useExpressions() {
            List<String> texts = List.of(
                    "${env:AWS_SECRET_ACCESS_KEY}", "{{HEVY_API_KEY}}", "'); drop table x; --", "=1+1", "$(id)");
            List<String> ids = workouts();
            for (int i = 0; i < ids.size(); i++) {
                String text = texts.get(i % texts.size());
                account.edit(ids.get(i), w -> w.put("title", text).put("description", text));
            }
        }
    }

    /** As many accounts as are asked for, {@code lifter-000} and on, of uneven size. */
    public List<Tenant> addUneven(int count) {
        int before = byId.size();
        return IntStream.range(before, before + count)
                .mapToObj(i -> add(name(i), SIZES[i % SIZES.length]))
                .toList();
    }

    /** An account with so many workouts. */
    public Tenant add(String id, int workouts) {
        return add(
                id,
                workouts == 0
                        ? Account.empty()
                        : SimulatedAccount.withWorkouts(1_000 + byId.size(), workouts, LAST_DAY));
    }

    /** An account under this id; its key is made up. */
    public Tenant add(String id, Account account) {
        String key = String.format(Locale.ROOT, "5ec2e7ab-1e00-4bad-9d0c-%012d", byId.size() + 1);
        Tenant tenant = new Tenant(id, key, account);
        if (byId.putIfAbsent(id, tenant) != null) {
            throw new IllegalArgumentException("There is an account " + id);
        }
        byKey.put(key, tenant);
        hevy.alsoServe(key, account);
        return tenant;
    }

    /** An account whose workouts have the ids of another one's, with a title of its own. */
    public Tenant addColliding(String id, Tenant other) {
        List<ObjectNode> workouts = other.account()
                .items(Listing.WORKOUTS)
                .map(workout -> workout.put("title", "not of " + other.id()))
                .toList();
        return add(
                id,
                Account.of(Map.of(Listing.WORKOUTS, workouts), other.account().user()));
    }

    /** The account of this id. */
    public Tenant tenant(String id) {
        Tenant tenant = byId.get(id);
        if (tenant == null) {
            throw new IllegalArgumentException("No account " + id);
        }
        return tenant;
    }

    /** All accounts, by id. */
    public Collection<Tenant> tenants() {
        return byId.values().stream().sorted((a, b) -> a.id().compareTo(b.id())).toList();
    }

    /** Such as {@code http://127.0.0.1:41234}, for {@code HEVY_BASE_URL}. */
    public URI baseUri() {
        return hevy.baseUri();
    }

    /** All requests with the key of an account so far. */
    public long requests() {
        return byId.values().stream().mapToLong(Tenant::requests).sum();
    }

    /** The variable of the environment that holds an account's key. */
    public static String keyVariable(String id) {
        return "KEY_" + id.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    }

    /** The variables that {@link #writeAccounts} names, for the environment of a worker. */
    public Map<String, String> environment() {
        Map<String, String> variables = new ConcurrentHashMap<>();
        byId.values().forEach(tenant -> variables.put(keyVariable(tenant.id()), tenant.key()));
        return variables;
    }

    /** Writes the file for {@code HEVY_ACCOUNTS}, with every key in a file of its own beside it. */
    public Path writeAccounts(Path folder) throws IOException {
        Path keys = Files.createDirectories(folder.resolve("keys"));
        List<String> lines = new ArrayList<>();
        for (Tenant tenant : tenants()) {
            Path key = keys.resolve(tenant.id());
            Files.writeString(key, tenant.key() + "\n");
            lines.add("{\"account_id\": \"" + tenant.id() + "\", \"key_file\": \"" + key.toAbsolutePath() + "\"}");
        }
        return write(folder, lines.stream());
    }

    /** Writes the file for {@code HEVY_ACCOUNTS}, with the keys in {@link #environment()}. */
    public Path writeAccountsOfEnvironment(Path folder) throws IOException {
        return write(
                folder,
                tenants().stream()
                        .map(tenant -> "{\"account_id\": \"" + tenant.id() + "\", \"key_env\": \""
                                + keyVariable(tenant.id()) + "\"}"));
    }

    @Override
    public void close() {
        hevy.close();
    }

    private static Path write(Path folder, Stream<String> lines) throws IOException {
        Path file = folder.resolve("accounts.jsonl");
        Path whole = Files.write(folder.resolve("accounts.jsonl.new"), lines.toList());
        return Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private SimulatedResponse meet(Request request, Supplier<SimulatedResponse> truth) {
        Tenant tenant = byKey.get(request.header("api-key").orElse(""));
        if (tenant == null) {
            return truth.get();
        }
        tenant.requests.incrementAndGet();
        return tenant.mood().distort(request, truth);
    }

    private static String name(int number) {
        return String.format(Locale.ROOT, "lifter-%03d", number);
    }
}
