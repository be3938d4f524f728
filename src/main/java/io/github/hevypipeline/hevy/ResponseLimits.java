package io.github.hevypipeline.hevy;

import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.SystemError;
import io.github.hevypipeline.report.WordedDuration;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.client5.http.classic.ExecRuntime;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.io.entity.HttpEntityWrapper;

/**
 * Cuts the connection of a response that takes too long or is too large.
 *
 * <p>Thread-safe; the HTTP client owns and closes it. A socket timeout limits only the gap between two bytes, so a timer
 * limits the whole request, from the connection to the last byte. The size is that after decompression.
 */
final class ResponseLimits implements ExecChainHandler, AutoCloseable {
    /** Far above any response of the real API; limits the disk space that a wrong or hostile server can fill. */
    private static final long MAX_BYTES = 64L << 20;

    private final Duration timeout;
    private final ScheduledThreadPoolExecutor alarms;

    ResponseLimits(Duration timeout) {
        this.timeout = timeout;
        this.alarms = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "hevy-time-limit");
            thread.setDaemon(true);
            return thread;
        });
        alarms.setRemoveOnCancelPolicy(true);
    }

    @Override
    public ClassicHttpResponse execute(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        Limit limit = new Limit(request.getRequestUri(), scope.execRuntime);
        try {
            ClassicHttpResponse response = chain.proceed(request, scope);
            if (response.getEntity() == null) {
                limit.end();
            } else if (response.getCode() >= HttpStatus.SC_REDIRECTION) {
                // The status is enough; the body may be of any length.
                limit.cut();
                response.setEntity(null);
            } else {
                response.setEntity(new LimitedEntity(response.getEntity(), limit));
            }
            return response;
        } catch (IOException | HttpException | RuntimeException e) {
            limit.end();
            limit.throwIfReached(e);
            throw e;
        }
    }

    @Override
    public void close() {
        alarms.shutdownNow();
    }

    /** The limits of one request. */
    private final class Limit {
        private final String path;
        private final ExecRuntime connection;
        private final Future<?> alarm;
        private volatile boolean reached;
        private long bytes;

        Limit(String path, ExecRuntime connection) {
            this.path = path;
            this.connection = connection;
            this.alarm = alarms.schedule(this::ring, timeout.toMillis(), TimeUnit.MILLISECONDS);
        }

        private void ring() {
            reached = true;
            connection.discardEndpoint();
        }

        void end() {
            alarm.cancel(false);
        }

        void cut() {
            end();
            connection.discardEndpoint();
        }

        void count(int more) {
            bytes += more;
            if (bytes > MAX_BYTES) {
                cut();
                throw new SystemError(
                        ExitCode.HEVY_API,
                        "A response of " + path + " is larger than " + (MAX_BYTES >> 20) + " MB.",
                        "Check HEVY_BASE_URL; if it is right, please report this.");
            }
        }

        void throwIfReached(Exception consequence) throws SocketTimeoutException {
            if (reached) {
                SocketTimeoutException late = new SocketTimeoutException(
                        "the response was incomplete after " + WordedDuration.of(timeout) + " (HEVY_TIMEOUT)");
                late.initCause(consequence);
                throw late;
            }
        }
    }

    private static final class LimitedEntity extends HttpEntityWrapper {
        private final Limit limit;
        private LimitedStream content;

        LimitedEntity(HttpEntity entity, Limit limit) {
            super(entity);
            this.limit = limit;
        }

        @Override
        public InputStream getContent() throws IOException {
            if (content == null) {
                content = new LimitedStream(super.getContent(), limit);
            }
            return content;
        }
    }

    /** Cuts the connection when closed before its end; the client would read the rest of the body. */
    private static final class LimitedStream extends InputStream {
        private final InputStream in;
        private final Limit limit;

        LimitedStream(InputStream in, Limit limit) {
            this.in = in;
            this.limit = limit;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int read;
            try {
                read = in.read(buffer, offset, length);
            } catch (IOException | RuntimeException e) {
                limit.end();
                limit.throwIfReached(e);
                throw e;
            }
            if (read < 0) {
                limit.end();
            } else {
                limit.count(read);
            }
            return read;
        }

        @Override
        public void close() throws IOException {
            // After the last byte the connection is back in the pool, and is not cut.
            limit.cut();
            in.close();
        }
    }
}
