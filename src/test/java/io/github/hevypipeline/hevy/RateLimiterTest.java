package io.github.hevypipeline.hevy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RateLimiterTest {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration NO_MAX = Duration.ofDays(365);

    private long now = 123;
    private final RateLimiter limit = new RateLimiter(() -> now, FIRST_PAUSE);

    private void pass(Duration time) {
        now += time.toNanos();
    }

    private Optional<Duration> refuse(RateLimiter.Permit turn, Optional<Duration> asked) {
        return limit.refused(turn, asked, NO_MAX);
    }

    private RateLimiter.Permit take() {
        return limit.take().orElseThrow();
    }

    @Test
    void a_server_that_never_refuses_is_never_slowed_down() {
        for (int i = 0; i < 1000; i++) {
            limit.accepted(take());
        }

        assertThat(limit.rate()).isEmpty();
        assertThat(limit.paused()).isZero();
    }

    @Test
    void the_first_refusal_pauses_everyone_and_the_requests_under_way_add_nothing_to_it() {
        RateLimiter.Permit one = take();
        RateLimiter.Permit other = take();
        RateLimiter.Permit third = take();

        assertThat(refuse(one, Optional.empty())).contains(FIRST_PAUSE);
        assertThat(refuse(other, Optional.empty())).isEmpty();
        limit.accepted(third);

        assertThat(limit.take()).isEmpty();
        assertThat(limit.untilNextPermit()).isEqualTo(FIRST_PAUSE);
        assertThat(limit.refusals()).isEqualTo(2);
        assertThat(limit.paused()).isEqualTo(FIRST_PAUSE);
    }

    @Test
    void after_the_pause_one_request_probes_and_the_others_wait_for_its_response() {
        refuse(take(), Optional.empty());
        pass(FIRST_PAUSE);

        RateLimiter.Permit probe = take();
        assertThat(limit.take()).isEmpty();
        assertThat(refuse(probe, Optional.empty())).as("doubled").contains(FIRST_PAUSE.multipliedBy(2));
        pass(FIRST_PAUSE.multipliedBy(2));
        pass(limit.untilNextPermit());
        limit.failed(take());
        pass(limit.untilNextPermit());
        assertThat(limit.accepted(take())).as("the pause ends").isTrue();
        assertThat(limit.rate()).isPresent();
    }

    @Test
    void the_rate_is_halved_and_comes_back_step_by_step() {
        limit.resumeAt(8);
        refuse(take(), Optional.empty());
        pass(FIRST_PAUSE);
        pass(limit.untilNextPermit());
        limit.accepted(take());
        assertThat(limit.rate()).hasValue(4);

        for (int i = 0; i < 50; i++) {
            pass(limit.untilNextPermit());
            limit.accepted(take());
        }

        assertThat(limit.rate().orElseThrow()).isBetween(7.9, 8.1);
    }

    @Test
    void a_limit_that_is_gone_is_forgotten() {
        limit.resumeAt(8);

        for (int i = 0; i < 400 && limit.rate().isPresent(); i++) {
            pass(limit.untilNextPermit());
            limit.accepted(take());
        }

        assertThat(limit.rate()).isEmpty();
    }

    @Test
    void what_came_through_in_a_burst_is_measured_with_the_pause_after_it() {
        RateLimiter.Permit last = null;
        for (int i = 0; i < 20; i++) {
            limit.accepted(take());
            last = take();
        }
        refuse(last, Optional.of(Duration.ofSeconds(20)));
        pass(Duration.ofSeconds(20));
        limit.accepted(take());

        assertThat(limit.rate().orElseThrow()).isBetween(1.0, 1.1);
    }

    @Test
    void the_server_decides_how_long_the_pause_is_unless_it_asks_for_none_again_and_again() {
        assertThat(refuse(take(), Optional.of(Duration.ZERO))).contains(Duration.ZERO);
        assertThat(refuse(take(), Optional.of(Duration.ZERO))).contains(FIRST_PAUSE.multipliedBy(2));
        pass(FIRST_PAUSE.multipliedBy(2));
        assertThat(refuse(take(), Optional.of(Duration.ofSeconds(9)))).contains(Duration.ofSeconds(9));
    }

    @Test
    void a_pause_without_an_end_doubles_up_to_a_minute_and_never_beyond_what_is_left() {
        Duration pause = Duration.ZERO;
        for (int i = 0; i < 12; i++) {
            pass(pause);
            pause = refuse(take(), Optional.empty()).orElseThrow();
        }
        assertThat(pause).isEqualTo(RateLimiter.MAX_PAUSE);
        pass(pause);

        assertThat(limit.refused(take(), Optional.empty(), Duration.ofSeconds(3)))
                .contains(Duration.ofSeconds(3));
    }

    @Property(tries = 200)
    void whatever_the_limit_all_requests_come_through_and_few_are_refused(
            @ForAll @IntRange(min = 1, max = 60) int allowed,
            @ForAll @IntRange(min = 1, max = 60) int seconds,
            @ForAll @IntRange(min = 1, max = 8) int sideBySide,
            @ForAll @IntRange(min = 1, max = 2000) int latencyMillis) {
        Assume.that(seconds <= 10 * allowed);
        RateLimiter tried = new RateLimiter(() -> now, FIRST_PAUSE);
        Deque<Long> window = new ArrayDeque<>();
        Deque<RateLimiter.Permit> underWay = new ArrayDeque<>();
        int open = 300;
        int rounds = 0;
        while (open > 0) {
            assertThat(rounds++).as("rounds").isLessThan(10_000);
            for (int i = 0; i < sideBySide && underWay.size() < open; i++) {
                tried.take().ifPresent(underWay::add);
            }
            pass(underWay.isEmpty() ? tried.untilNextPermit() : Duration.ofMillis(latencyMillis));
            while (!underWay.isEmpty()) {
                while (!window.isEmpty() && now - window.peek() >= TimeUnit.SECONDS.toNanos(seconds)) {
                    window.remove();
                }
                if (window.size() < allowed) {
                    window.add(now);
                    tried.accepted(underWay.remove());
                    open--;
                } else {
                    tried.refused(underWay.remove(), Optional.empty(), NO_MAX);
                }
            }
        }
        assertThat(tried.refusals()).as("of 300 requests").isLessThanOrEqualTo(60);
    }
}
