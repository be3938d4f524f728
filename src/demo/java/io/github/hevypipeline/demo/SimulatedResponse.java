package io.github.hevypipeline.demo;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * A response of the simulated API, sent whole or broken as a real network can break it.
 *
 * <p>Immutable; every {@code with} and {@code that} method returns another response.
 */
public final class SimulatedResponse {
    /** How a response travels. */
    enum Delivery {
        /** Headers and body at once; the connection stays open. */
        WHOLE,
        /** The promised length, fewer bytes, the end of the connection. */
        CUT,
        /** The promised length, fewer bytes, then silence with the connection open. */
        STALLED,
        /** A byte at a time. */
        TRICKLED,
        /** The body over and over, in chunks, until the client goes away. */
        ENDLESS,
        /** The body is everything there is, status line and headers included; then the end of the connection. */
        RAW,
        /** No byte; the connection ends as usual. */
        HUNG_UP,
        /** No byte; the connection is reset. */
        RESET
    }

    private final int status;
    private final List<Map.Entry<String, String>> headers;
    private final byte[] body;
    private final Delivery delivery;
    private final int bytesSent;
    private final Duration pause;

    private SimulatedResponse(
            int status,
            List<Map.Entry<String, String>> headers,
            byte[] body,
            Delivery delivery,
            int bytesSent,
            Duration pause) {
        this.status = status;
        this.headers = List.copyOf(headers);
        this.body = body;
        this.delivery = delivery;
        this.bytesSent = bytesSent;
        this.pause = pause;
    }

    /** JSON with this status. */
    public static SimulatedResponse json(int status, String json) {
        return json(status, json.getBytes(StandardCharsets.UTF_8));
    }

    /** An error as the API words it: {@code {"error": message}}. */
    public static SimulatedResponse error(int status, String message) {
        return json(status, Json.bytes(Json.object().put("error", message)));
    }

    static SimulatedResponse json(int status, byte[] json) {
        return of(status)
                .withHeader("Content-Type", "application/json; charset=utf-8")
                .withBody(json);
    }

    /** This status with no body and no header of its own. */
    public static SimulatedResponse of(int status) {
        return new SimulatedResponse(status, List.of(), new byte[0], Delivery.WHOLE, 0, Duration.ZERO);
    }

    /** These bytes on the wire, status line and headers included, then the end of the connection. */
    public static SimulatedResponse raw(String bytes) {
        return of(0).withBody(bytes.getBytes(StandardCharsets.UTF_8)).delivered(Delivery.RAW, 0, Duration.ZERO);
    }

    /** The connection ends without a response. */
    public static SimulatedResponse hangUp() {
        return of(0).delivered(Delivery.HUNG_UP, 0, Duration.ZERO);
    }

    /** The connection is reset without a response. */
    public static SimulatedResponse reset() {
        return of(0).delivered(Delivery.RESET, 0, Duration.ZERO);
    }

    /** The request is accepted and never served. */
    public static SimulatedResponse silence() {
        return of(0).delivered(Delivery.STALLED, 0, Duration.ZERO);
    }

    /** The same with one more header, its name in the case given. */
    public SimulatedResponse withHeader(String name, String value) {
        List<Map.Entry<String, String>> more = new ArrayList<>(headers);
        more.add(Map.entry(name, value));
        return new SimulatedResponse(status, more, body, delivery, bytesSent, pause);
    }

    /** The same with another body; its length is declared. */
    public SimulatedResponse withBody(byte[] other) {
        return new SimulatedResponse(status, headers, other.clone(), delivery, bytesSent, pause);
    }

    /** The same with its body's text changed. */
    public SimulatedResponse withBody(UnaryOperator<String> change) {
        return withBody(change.apply(bodyText()).getBytes(StandardCharsets.UTF_8));
    }

    /** The whole length is declared, this many bytes come, then the connection ends. */
    public SimulatedResponse thatBreaksAfter(int bytes) {
        return delivered(Delivery.CUT, bytes, Duration.ZERO);
    }

    /** The whole length is declared, this many bytes come, then nothing, until the client or the server closes the connection. */
    public SimulatedResponse thatStallsAfter(int bytes) {
        return delivered(Delivery.STALLED, bytes, Duration.ZERO);
    }

    /** The headers come at once, the body a byte at a time. */
    public SimulatedResponse thatTrickles(Duration perByte) {
        return delivered(Delivery.TRICKLED, 0, perByte);
    }

    /** The body over and over, in chunks, for as long as the client reads. */
    public SimulatedResponse withoutEnd() {
        return delivered(Delivery.ENDLESS, 0, Duration.ZERO);
    }

    /** 0 when there is no status line. */
    public int status() {
        return status;
    }

    /** The body as text. */
    public String bodyText() {
        return new String(body, StandardCharsets.UTF_8);
    }

    Delivery delivery() {
        return delivery;
    }

    /** How much of the body goes out before the fault, at most all of it. */
    int bytesSent() {
        return Math.min(bytesSent, body.length);
    }

    Duration pause() {
        return pause;
    }

    byte[] body() {
        return body;
    }

    /** The status line and the headers, or nothing when there is no status. */
    byte[] head() {
        if (status == 0) {
            return new byte[0];
        }
        StringBuilder head = new StringBuilder(160);
        head.append("HTTP/1.1 ").append(status).append(' ').append(reason()).append("\r\n");
        for (Map.Entry<String, String> header : headers) {
            head.append(header.getKey()).append(": ").append(header.getValue()).append("\r\n");
        }
        head.append(delivery == Delivery.ENDLESS ? "Transfer-Encoding: chunked" : "Content-Length: " + body.length)
                .append("\r\n\r\n");
        return head.toString().getBytes(StandardCharsets.UTF_8);
    }

    private SimulatedResponse delivered(Delivery other, int bytes, Duration perByte) {
        return new SimulatedResponse(status, headers, body, other, bytes, perByte);
    }

    private String reason() {
        return switch (status) {
            case 200 -> "OK";
            case 302 -> "Found";
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 429 -> "Too Many Requests";
            case 500 -> "Internal Server Error";
            case 502 -> "Bad Gateway";
            case 503 -> "Service Unavailable";
            case 504 -> "Gateway Timeout";
            default -> "Status " + status;
        };
    }
}
