package io.github.hevypipeline.lake.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hevypipeline.faults.Await;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(600)
class WriteBehindTest {
    private final List<Integer> written = Collections.synchronizedList(new ArrayList<>());

    @Test
    void writes_are_done_in_their_order_by_another_thread() throws IOException {
        List<Thread> threads = Collections.synchronizedList(new ArrayList<>());
        try (WriteBehind writes = new WriteBehind()) {
            for (int i = 0; i < 1_000; i++) {
                int number = i;
                writes.add(1, () -> {
                    written.add(number);
                    threads.add(Thread.currentThread());
                });
            }
            writes.finish();

            assertThat(written).isEqualTo(IntStream.range(0, 1_000).boxed().toList());
            assertThat(threads).doesNotContain(Thread.currentThread());
            assertThat(threads.stream().distinct()).hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"8192, 1", "4096, 2", "127, 64", "0, 64", "20000, 1"})
    void no_more_rows_and_writes_wait_than_memory_is_meant_for(int rows, int most) throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicInteger added = new AtomicInteger();
        try (WriteBehind writes = new WriteBehind()) {
            Thread adding = new Thread(() -> {
                try {
                    for (int i = 0; i < 3 * most; i++) {
                        writes.add(rows, () -> awaited(goOn));
                        added.incrementAndGet();
                    }
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            adding.start();
            // A thread waits for a moment in the queue too, before all that may have been added.
            Await.until(
                    "all that may wait has been added",
                    () -> !adding.isAlive() || (added.get() >= most && adding.getState() == Thread.State.WAITING));
            assertThat(added).hasValue(most);

            goOn.countDown();
            adding.join();
            writes.finish();

            assertThat(added).hasValue(3 * most);
        }
    }

    @Test
    void a_write_without_rows_is_waited_for_too() throws IOException {
        try (WriteBehind writes = new WriteBehind()) {
            Thread finishing = Thread.currentThread();
            writes.add(0, () -> {
                Await.waiting(finishing);
                written.add(1);
            });
            writes.finish();

            assertThat(written).containsExactly(1);
        }
    }

    @Test
    void a_write_that_fails_is_told_and_is_the_last() throws Exception {
        try (WriteBehind writes = new WriteBehind()) {
            IOException full = new IOException("No space left on device");
            writes.add(1, () -> written.add(1));
            writes.add(1, () -> {
                throw full;
            });
            assertThatThrownBy(writes::finish).isSameAs(full);
            assertThatThrownBy(() -> writes.add(1, () -> written.add(2))).isSameAs(full);
            assertThatThrownBy(writes::finish).isSameAs(full);
        }
        assertThat(written).containsExactly(1);
    }

    @Test
    void a_bug_in_a_write_is_told_as_it_is() throws IOException {
        try (WriteBehind writes = new WriteBehind()) {
            writes.add(1, () -> {
                throw new IllegalArgumentException("no such column");
            });

            assertThatThrownBy(writes::finish)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("no such column");
        }
    }

    @Test
    void closing_waits_for_the_write_under_way_and_does_no_other() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        WriteBehind writes = new WriteBehind();
        writes.add(1, () -> {
            begun.countDown();
            awaited(goOn);
            written.add(1);
        });
        writes.add(1, () -> written.add(2));
        awaited(begun);
        Thread closing = Thread.currentThread();
        Thread later = new Thread(() -> {
            // Not before the writes are given up, which close does before it waits.
            Await.until("close waits", () -> closing.getState() == Thread.State.TIMED_WAITING);
            goOn.countDown();
        });
        later.start();

        writes.close();

        assertThat(written).doesNotContain(2).hasSizeLessThanOrEqualTo(1);
        later.join();
    }

    private static void awaited(CountDownLatch latch) {
        Await.latch("the other thread", latch);
    }
}
