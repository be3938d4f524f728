package io.github.hevypipeline.hevy;

import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.TransientError;
import io.github.hevypipeline.report.WordedDuration;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Variable;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Paces all requests to Hevy with one {@link RateLimiter}: each takes a permit before it is sent and reports its outcome.
 *
 * <p>Thread-safe; its creator closes it. {@code HEVY_MAX_WAIT} is the budget of one run for the pauses after a 429. A
 * pause counts once, however many requests wait for its end.
 */
public final class Pace implements AutoCloseable {
    private static final Logger PROGRESS = LoggerFactory.getLogger("io.github.hevypipeline.progress");
    private static final long MAX_NAP_MILLIS = 100;
    private static final int ACCOUNT_SHARE = 10;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int REQUEST_TIMEOUT = 408;
    private static final int FIRST_SERVER_ERROR = 500;
    private static final DateTimeFormatter SECOND = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);
    private static final DateTimeFormatter MINUTE = DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT);
    private static final DateTimeFormatter DAY_AND_MINUTE =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT);

    private final Clock clock;
    private final RetryAfter retryAfter;
    /** Null if nothing is remembered. */
    private final PaceMemory memory;

    private final Duration maxWait;
    private final Watcher watcher;
    private final RateLimiter limit;

    private Duration waitedBefore = Duration.ZERO;
    private long refusalsBefore;
    private Instant refusedAt;
    private TransientError exhausted;

    /** A listener that shows why requests wait. */
    @FunctionalInterface
    public interface Watcher {
        /** Called repeatedly while requests wait. */
        void waiting(String message);
    }

    /**
     * Starts at the rate that the last run stored in {@code workFolder}, or unlimited.
     *
     * @param source identifies the account, without a secret
     * @param firstPause the pause after a 429 without {@code Retry-After}
     * @param maxWait the longest total wait of a run
     */
    public Pace(Clock clock, String workFolder, String source, Duration firstPause, Duration maxWait, Watcher watcher)
            throws IOException {
        this(clock, new PaceMemory(Path.of(workFolder), source), firstPause, maxWait, watcher);
        memory.recall(clock.instant()).ifPresent(learned -> {
            limit.resumeAt(learned.requestsPerSecond());
            refusedAt = learned.refusedAt();
            PROGRESS.info("extract   Hevy limited an earlier run; starting at {}", worded(learned.requestsPerSecond()));
        });
    }

    private Pace(Clock clock, PaceMemory memory, Duration firstPause, Duration maxWait, Watcher watcher) {
        this.clock = clock;
        this.retryAfter = new RetryAfter(clock);
        this.memory = memory;
        this.maxWait = maxWait;
        this.watcher = watcher;
        this.limit = new RateLimiter(System::nanoTime, firstPause);
    }

    /**
     * A pace for one of many accounts, as this one before any limit; it is not remembered. Its budget of waits is a tenth,
     * since others wait for the place of an account that waits.
     */
    public Pace another() {
        return new Pace(clock, null, limit.firstPause(), maxWait.dividedBy(ACCOUNT_SHARE), watcher);
    }

    /** The pace of the account that an exchange is about; this one if it names none. */
    private Pace of(HevyAccount account) {
        return account == null ? this : account.pace();
    }

    /** Starts a run with a full budget of waits. */
    public synchronized void begin() {
        waitedBefore = limit.paused();
        refusalsBefore = limit.refusals();
        exhausted = null;
    }

    /**
     * Waits for a permit to send one request. Returns at once, with a void permit, when Camel is stopping.
     *
     * @throws TransientError if Hevy's rate limit has outlasted the run's budget of waits
     */
    public RateLimiter.Permit await(CamelContext camel, @Variable("account") HevyAccount account)
            throws InterruptedException {
        return of(account).await(camel);
    }

    private RateLimiter.Permit await(CamelContext camel) throws InterruptedException {
        while (true) {
            Optional<RateLimiter.Permit> permit = permit();
            if (permit.isPresent()) {
                return permit.get();
            }
            if (camel.isStopping() || camel.isStopped()) {
                return new RateLimiter.Permit(-1);
            }
            Duration left = limit.pauseLeft();
            if (!left.isZero()) {
                watcher.waiting("Hevy's rate limit; continuing in " + WordedDuration.of(left) + ", at "
                        + SECOND.format(at(left)) + " UTC");
            }
            nap(limit.untilNextPermit());
        }
    }

    private Optional<RateLimiter.Permit> permit() {
        synchronized (this) {
            if (exhausted != null) {
                throw exhausted;
            }
        }
        return limit.take();
    }

    private synchronized void nap(Duration untilNextPermit) throws InterruptedException {
        TimeUnit.MILLISECONDS.timedWait(this, Math.max(1, Math.min(MAX_NAP_MILLIS, untilNextPermit.toMillis() + 1)));
    }

    /** Reports a response other than an error. */
    public void received(@Variable("permit") RateLimiter.Permit permit, @Variable("account") HevyAccount account)
            throws IOException {
        of(account).accepted(permit);
    }

    private void accepted(RateLimiter.Permit permit) throws IOException {
        if (limit.accepted(permit)) {
            PROGRESS.info("extract   Hevy responds again; continuing at {}", worded(limit.rate()));
            remember();
            wake();
        }
    }

    /**
     * Reports a failed request, backs off if its status is 429, and throws the failure again.
     *
     * @throws TransientError if Hevy asks for a longer wait than the run has left, or its budget of waits is spent
     */
    public void failed(
            @Variable("permit") RateLimiter.Permit permit,
            @Variable("pages") PageCursor pages,
            @Variable("account") HevyAccount account,
            @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure)
            throws Exception {
        of(account).refusedOrFailed(permit, pages, failure);
        throw failure;
    }

    private void refusedOrFailed(RateLimiter.Permit permit, PageCursor pages, Exception failure) throws IOException {
        if (failure instanceof HttpOperationFailedException response) {
            responded(permit, pages, response);
        } else {
            limit.failed(permit);
        }
        wake();
    }

    private void responded(RateLimiter.Permit permit, PageCursor pages, HttpOperationFailedException response)
            throws IOException {
        int status = response.getStatusCode();
        boolean mayPass = status == TOO_MANY_REQUESTS || status == REQUEST_TIMEOUT || status >= FIRST_SERVER_ERROR;
        Optional<Duration> asked = mayPass ? retryAfter.asked(response) : Optional.empty();
        if (asked.isPresent() && asked.get().compareTo(left()) > 0) {
            limit.failed(permit);
            throw exhaust(asksTooMuch(asked.get()));
        }
        if (status == TOO_MANY_REQUESTS) {
            refused(permit, pages, asked);
        } else {
            limit.failed(permit);
            asked.ifPresent(limit::pause);
        }
    }

    private void refused(RateLimiter.Permit permit, PageCursor pages, Optional<Duration> asked) throws IOException {
        Duration left = left();
        Optional<Duration> pause = limit.refused(permit, asked, left);
        synchronized (this) {
            refusedAt = clock.instant();
        }
        if (pause.isEmpty()) {
            return;
        }
        remember();
        if (left.isZero()) {
            throw exhaust(outlasted(pages));
        }
        PROGRESS.atWarn()
                .addKeyValue("wait_ms", pause.get().toMillis())
                .log(
                        "extract   Hevy's rate limit (429, {}); waiting {}, until {} UTC",
                        asked.isPresent() ? "as Retry-After asks" : "no Retry-After",
                        WordedDuration.of(pause.get()),
                        SECOND.format(at(pause.get())));
    }

    /** The rest of the run's budget of waits. */
    private synchronized Duration left() {
        Duration left = maxWait.minus(limit.paused().minus(waitedBefore));
        return left.isNegative() ? Duration.ZERO : left;
    }

    private synchronized TransientError exhaust(TransientError reason) {
        if (exhausted == null) {
            exhausted = reason;
        }
        return exhausted;
    }

    private TransientError outlasted(PageCursor pages) {
        if (maxWait.isZero()) {
            return new TransientError(ExitCode.HEVY_API, "Hevy limits requests (429).", "Run again later.");
        }
        if (memory == null) {
            return new TransientError(
                    ExitCode.HEVY_API,
                    "Hevy's rate limit (429) outlasted the account's share of HEVY_MAX_WAIT ("
                            + WordedDuration.of(maxWait) + ").",
                    "Nothing: the next round tries it again.");
        }
        return new TransientError(
                ExitCode.HEVY_API,
                "Hevy's rate limit (429) outlasted HEVY_MAX_WAIT (" + WordedDuration.of(maxWait) + "). "
                        + (pages == null || !pages.isList()
                                ? "What was fetched is kept."
                                : pages.getReached() + " of " + pages.getCount() + " pages are kept."),
                "Run again to continue.");
    }

    private TransientError asksTooMuch(Duration wait) {
        ZonedDateTime now = clock.instant().atZone(ZoneOffset.UTC);
        ZonedDateTime until = now.plus(wait).plusMinutes(1).truncatedTo(ChronoUnit.MINUTES);
        boolean today = until.toLocalDate().equals(now.toLocalDate());
        return new TransientError(
                ExitCode.HEVY_API,
                "Hevy asks to wait " + WordedDuration.of(wait) + "; nothing was committed"
                        + (memory == null ? "." : ", what was fetched is kept."),
                "Run again after " + (today ? MINUTE : DAY_AND_MINUTE).format(until) + " UTC.");
    }

    private ZonedDateTime at(Duration fromNow) {
        return clock.instant().plus(fromNow).atZone(ZoneOffset.UTC);
    }

    private synchronized void wake() {
        notifyAll();
    }

    private synchronized void remember() throws IOException {
        OptionalDouble rate = limit.rate();
        if (memory == null) {
            return;
        }
        if (rate.isPresent() && refusedAt != null) {
            memory.remember(rate.getAsDouble(), refusedAt);
        } else {
            memory.forget();
        }
    }

    /** The number of 429 responses in this run. */
    public synchronized long getRefusals() {
        return limit.refusals() - refusalsBefore;
    }

    /** How long this run waited for Hevy's rate limit. */
    public synchronized Duration getWaited() {
        return limit.paused().minus(waitedBefore);
    }

    /** How long all runs of this process waited for Hevy's rate limit. */
    public Duration waitedInAll() {
        return limit.paused();
    }

    /** The rate in requests per second; empty while unlimited. */
    public OptionalDouble rate() {
        return limit.rate();
    }

    /** The rate, for a message. */
    public String describe() {
        return worded(limit.rate());
    }

    private static String worded(OptionalDouble rate) {
        return rate.isPresent() ? worded(rate.getAsDouble()) : "full speed";
    }

    /** Formats a rate: {@code 2.5 requests/s}, or {@code 12 requests/min} below one a second. */
    public static String worded(double requestsPerSecond) {
        return requestsPerSecond >= 1
                ? String.format(Locale.ROOT, "%.1f requests/s", requestsPerSecond)
                : String.format(Locale.ROOT, "%.0f requests/min", Math.max(1, requestsPerSecond * 60));
    }

    /** Stores the rate for the next run. */
    @Override
    public void close() throws IOException {
        if (refusedAt != null) {
            remember();
        }
    }
}
