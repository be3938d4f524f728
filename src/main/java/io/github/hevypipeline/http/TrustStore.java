package io.github.hevypipeline.http;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Arrays;
import java.util.Optional;
import java.util.Properties;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * The trusted certificate authorities: those of Java, or of the file in {@code javax.net.ssl.trustStore}.
 *
 * <p>Thread-safe and stateless.
 */
public final class TrustStore {
    private static final String PROPERTY = "javax.net.ssl.trustStore";

    private TrustStore() {}

    /** The error in the setting, if there is one. Java itself would trust nobody, without a message. */
    public static Optional<String> problem(Properties java) {
        String file = java.getProperty(PROPERTY, "");
        return file.isEmpty() || file.equals("NONE") || Files.isReadable(Path.of(file))
                ? Optional.empty()
                : Optional.of(
                        "-D" + PROPERTY + " names a file that cannot be read: " + file + ". Correct it in JAVA_OPTS.");
    }

    /**
     * Describes the truststore, for the doctor.
     *
     * @throws GeneralSecurityException if the file is not a truststore, or the password is wrong
     */
    public static String describe(Properties java) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init((KeyStore) null);
        int authorities = Arrays.stream(factory.getTrustManagers())
                .filter(X509TrustManager.class::isInstance)
                .mapToInt(manager -> ((X509TrustManager) manager).getAcceptedIssuers().length)
                .sum();
        return java.getProperty(PROPERTY, "Java's own") + ": " + authorities + " authorities";
    }
}
