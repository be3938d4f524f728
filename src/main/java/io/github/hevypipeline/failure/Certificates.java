package io.github.hevypipeline.failure;

import java.security.InvalidAlgorithmParameterException;
import java.security.KeyStoreException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * Recognises an untrusted certificate, which no retry can fix.
 *
 * <p>Thread-safe and stateless.
 */
public final class Certificates {
    private static final int MAX_CAUSES = 20;

    private Certificates() {}

    /** Whether a certificate was rejected. */
    public static boolean areRefused(Throwable failure) {
        return chain(failure).stream()
                .anyMatch(e -> e instanceof CertificateException
                        || e instanceof CertPathBuilderException
                        || e instanceof SSLPeerUnverifiedException
                        || e instanceof KeyStoreException
                        || e instanceof InvalidAlgorithmParameterException);
    }

    /** Explains a rejected certificate. */
    public static ConfigError refused(ExitCode exitCode, String server, Throwable failure) {
        List<Throwable> chain = chain(failure);
        return new ConfigError(
                exitCode,
                "The certificate of " + server + " is not trusted: "
                        + chain.get(chain.size() - 1).getMessage() + ".",
                "If a proxy or an authority of your own is meant, add its certificate to a truststore, as"
                        + " docs/operations.md shows, and set JAVA_OPTS=-Djavax.net.ssl.trustStore=<file>.",
                failure);
    }

    private static List<Throwable> chain(Throwable failure) {
        List<Throwable> chain = new ArrayList<>();
        for (Throwable e = failure; e != null && chain.size() < MAX_CAUSES; e = e.getCause()) {
            chain.add(e);
        }
        return chain;
    }
}
