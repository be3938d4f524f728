package io.github.hevypipeline.faults;

import java.util.function.UnaryOperator;

/**
 * What a {@link FaultProxy} does to a request.
 *
 * <p>Immutable.
 *
 * @param kind how the request ends
 * @param status that of a response which the proxy gives itself, else 0
 * @param code S3's word for that response, else empty
 * @param rewrite what becomes of the body of a response
 */
public record Mishap(Kind kind, int status, String code, UnaryOperator<String> rewrite) {
    /** Forwarded and served as if there were no proxy. */
    public static final Mishap NONE = new Mishap(Kind.NONE);

    /** Never reaches the server: the kill is run, then the connection is closed. */
    public static final Mishap KILL_BEFORE = new Mishap(Kind.KILL_BEFORE);

    /** The server has responded in full when the kill is run; the response is lost. */
    public static final Mishap KILL_AFTER = new Mishap(Kind.KILL_AFTER);

    /** Never reaches the server: the connection is reset. */
    public static final Mishap RESET = new Mishap(Kind.RESET);

    /** The server has responded in full, and the connection is reset instead of giving the response. */
    public static final Mishap LOSE_RESPONSE = new Mishap(Kind.LOSE_RESPONSE);

    /** The server has responded in full; half of the response is given, then the connection is closed. */
    public static final Mishap CUT_RESPONSE = new Mishap(Kind.CUT_RESPONSE);

    /** Never reaches the server: nothing happens until the client goes away. */
    public static final Mishap STALL = new Mishap(Kind.STALL);

    /** Never reaches the server: status 500. */
    public static final Mishap ERROR_500 = respond(500, "InternalError");

    /** Never reaches the server: status 503, as S3 says that it is too busy. */
    public static final Mishap SLOW_DOWN = respond(503, "SlowDown");

    /** How a request ends. */
    public enum Kind {
        NONE,
        KILL_BEFORE,
        KILL_AFTER,
        RESET,
        LOSE_RESPONSE,
        CUT_RESPONSE,
        STALL,
        RESPOND,
        REWRITE
    }

    public Mishap(Kind kind, int status, String code) {
        this(kind, status, code, UnaryOperator.identity());
    }

    private Mishap(Kind kind) {
        this(kind, 0, "");
    }

    /** The server has responded in full; its body is given as this makes it. */
    public static Mishap rewrite(UnaryOperator<String> body) {
        return new Mishap(Kind.REWRITE, 0, "", body);
    }

    /** Never reaches the server: status 200 with this body. */
    public static Mishap body(String body) {
        return new Mishap(Kind.RESPOND, 200, "OK", error -> body);
    }

    /** Never reaches the server: this response, with a body as S3 words it. */
    public static Mishap respond(int status, String code) {
        return new Mishap(Kind.RESPOND, status, code);
    }

    @Override
    public String toString() {
        return kind == Kind.RESPOND ? status + " " + code : kind.name();
    }
}
