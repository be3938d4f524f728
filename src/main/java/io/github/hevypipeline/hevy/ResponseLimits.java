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
 * Ends a response that takes too long or is too large, whatever the server does: the connection is cut, not drained.
 *
 * <p>Thread-safe; owned by the HTTP client, which closes it. A limit of the socket knows only the time between two
 * bytes, so one alarm a request limits the whole of it, from the connection to the last byte. It stands outside of the
 * decompression: what counts is what would be kept.
 */
final class ResponseLimits implements ExecChainHandler, AutoCloseable {
    /** No response of the real API comes near; bounds what a wrong or hostile server can put on the disk. */
    private static final long MAX_BYTES = 64L << 20;

    private final Duration timeLimit;
    private final ScheduledThreadPoolExecutor alarms;

    ResponseLimits(Duration timeLimit) {
        this.timeLimit = timeLimit;
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
                // The status says it all; the text, of any length, is of no use.
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
            this.alarm = alarms.schedule(this::ring, timeLimit.toMillis(), TimeUnit.MILLISECONDS);
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
                        "A response of " + path + " is larger than " + (MAX_BYTES >> 20) + " MB, which none is.",
                        "Check HEVY_BASE_URL; if it is right, please report this.");
            }
        }

        void throwIfReached(Exception consequence) throws SocketTimeoutException {
            if (reached) {
                SocketTimeoutException late = new SocketTimeoutException(
                        "the response was not whole after " + WordedDuration.of(timeLimit) + " (HEVY_TIMEOUT)");
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

    /** Closed before its end it cuts the connection, since a client that closes a body reads the rest of it. */
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
            // Of a body that was read to its end the connection is back in the pool already, and is not cut.
            limit.cut();
            in.close();
        }
    }
}
