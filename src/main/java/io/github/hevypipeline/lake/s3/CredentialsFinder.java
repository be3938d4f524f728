package io.github.hevypipeline.lake.s3;

import io.github.hevypipeline.failure.Certificates;
import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.PipelineException;
import io.github.hevypipeline.failure.Secrets;
import io.github.hevypipeline.report.TerminalText;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.ContainerCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.auth.credentials.WebIdentityTokenFileCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkSystemSetting;
import software.amazon.awssdk.profiles.Profile;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/**
 * Finds the AWS credentials: the keys given, else the profile given, else the SDK's default chain. Whatever fails meanwhile
 * is a failure of the credentials, told by the profile, the SDK's cause and what to run.
 *
 * <p>Thread-safe. The SDK asks before each request, and keeps what it was given until it expires.
 */
final class CredentialsFinder implements AwsCredentialsProvider, SdkAutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CredentialsFinder.class);
    private static final int MAX_SHOWN = 400;
    private static final String DEFAULT_PROFILE = "default";
    private static final String PARSERS = "software.amazon.awssdk.thirdparty.";

    /** The lines of a profile that say how it gets credentials. */
    private static final List<String> WAYS = List.of(
            "aws_access_key_id", "role_arn", "sso_session", "sso_start_url", "login_session", "credential_process");

    private final AwsCredentialsProvider search;
    /** Empty for the default chain and for keys. */
    private final String profile;

    private CredentialsFinder(AwsCredentialsProvider search, String profile) {
        this.search = search;
        this.profile = profile;
    }

    /** Each may be empty. */
    static CredentialsFinder by(String profile, String accessKey, String secretKey, String sessionToken) {
        if (!accessKey.isEmpty()) {
            AwsCredentials keys = sessionToken.isEmpty()
                    ? AwsBasicCredentials.create(accessKey, secretKey)
                    : AwsSessionCredentials.create(accessKey, secretKey, sessionToken);
            return new CredentialsFinder(StaticCredentialsProvider.create(keys), "");
        }
        return explained(
                profile,
                () -> new CredentialsFinder(
                        profile.isEmpty()
                                ? DefaultCredentialsProvider.builder()
                                        .profileName(DEFAULT_PROFILE)
                                        .build()
                                : ProfileCredentialsProvider.create(profile),
                        profile));
    }

    @Override
    public AwsCredentials resolveCredentials() {
        AwsCredentials found = explained(profile, search::resolveCredentials);
        Secrets.add(List.of(
                found.secretAccessKey(), found instanceof AwsSessionCredentials session ? session.sessionToken() : ""));
        return found;
    }

    @Override
    public void close() {
        if (search instanceof SdkAutoCloseable closeable) {
            closeable.close();
        }
    }

    /** A step of finding credentials. */
    @FunctionalInterface
    interface Step<T> {
        T take();
    }

    /**
     * Takes a step that reads AWS's files or asks for credentials.
     *
     * @throws ConfigError whatever fails
     */
    static <T> T explained(String profile, Step<T> step) {
        try {
            return step.take();
        } catch (PipelineException e) {
            throw e;
        } catch (RuntimeException e) {
            throw failure(profile, e);
        }
    }

    /** Without the exception behind it, in which the SDK would look for reasons of its own. */
    private static ConfigError failure(String profile, RuntimeException failure) {
        LOG.debug("There are no AWS credentials", failure);
        if (Certificates.areRefused(failure)) {
            return Certificates.refused(ExitCode.CONFIGURATION, "who gives AWS credentials", failure);
        }
        Map<String, Profile> profiles;
        try {
            profiles = ProfileFile.defaultProfileFile().profiles();
        } catch (RuntimeException e) {
            return error(
                    "The AWS configuration cannot be read: " + cause(e) + ".",
                    "Correct ~/.aws/config or ~/.aws/credentials, or the files that AWS_CONFIG_FILE and"
                            + " AWS_SHARED_CREDENTIALS_FILE name.");
        }
        String name = profile.isEmpty() ? DEFAULT_PROFILE : profile;
        if (profiles.containsKey(name)) {
            RuntimeException own =
                    profile.isEmpty() ? failureOf(ProfileCredentialsProvider.create(name), failure) : failure;
            return error(
                    "The AWS profile " + name + " gives no credentials: " + cause(own, profiles.get(name)) + ".",
                    nextStep(name, profiles, own));
        }
        if (!profile.isEmpty()) {
            return error(
                    "The AWS profile " + name + " is in none of the AWS files.",
                    (profiles.isEmpty()
                                    ? "Make it with aws configure"
                                    : "Set AWS_PROFILE to one of "
                                            + String.join(", ", new TreeSet<>(profiles.keySet())))
                            + ", or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.");
        }
        return error(
                "There are no usable AWS credentials: " + causeOfRole(failure) + ".",
                "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or run where a role is given.");
    }

    private static ConfigError error(String cause, String nextStep) {
        return new ConfigError(ExitCode.CONFIGURATION, cause, nextStep);
    }

    /** Of the default chain, which tells a long story of all its ways: where a role is given, it alone is asked again. */
    private static String causeOfRole(RuntimeException failure) {
        if (SdkSystemSetting.AWS_WEB_IDENTITY_TOKEN_FILE.getStringValue().isPresent()) {
            return cause(failureOf(WebIdentityTokenFileCredentialsProvider.create(), failure));
        }
        if (SdkSystemSetting.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI
                        .getStringValue()
                        .isPresent()
                || SdkSystemSetting.AWS_CONTAINER_CREDENTIALS_FULL_URI
                        .getStringValue()
                        .isPresent()) {
            return cause(failureOf(ContainerCredentialsProvider.create(), failure));
        }
        return "no keys are set, there is no profile default, and this machine has no role";
    }

    private static RuntimeException failureOf(AwsCredentialsProvider alone, RuntimeException otherwise) {
        try {
            alone.resolveCredentials();
            return otherwise;
        } catch (RuntimeException e) {
            return e;
        } finally {
            if (alone instanceof SdkAutoCloseable closeable) {
                closeable.close();
            }
        }
    }

    private static String cause(Throwable failure, Profile profile) {
        boolean hasAny = WAYS.stream().anyMatch(way -> has(profile, way));
        return hasAny ? cause(failure) : "it has neither keys nor another way to get them";
    }

    /** What the innermost exception says; but what a parser could not read may hold a secret. */
    private static String cause(Throwable failure) {
        String cause = failure.getClass().getSimpleName();
        for (Throwable e = failure; e != null && !isOfParser(e); e = e.getCause()) {
            cause = e.getMessage() == null ? cause : e.getMessage();
            cause = e instanceof NoSuchFileException ? "there is no " + cause : cause;
        }
        String line = TerminalText.of(cause.strip().replaceAll("\\s+", " "), MAX_SHOWN);
        return line.replaceFirst("\\.+$", "");
    }

    private static boolean isOfParser(Throwable e) {
        return e.getClass().getName().startsWith(PARSERS)
                || (e instanceof UncheckedIOException && isOfParser(e.getCause()));
    }

    /** By how the profile gets its credentials, which is a matter of its lines and not of the failure's words. */
    private static String nextStep(String name, Map<String, Profile> profiles, Throwable failure) {
        boolean refused = false;
        for (Throwable e = failure; e != null; e = e.getCause()) {
            refused |= e instanceof AwsServiceException;
        }
        Set<String> met = new HashSet<>();
        String at = name;
        while (has(profiles.get(at), "role_arn") && met.add(at)) {
            String next = profiles.get(at).property("source_profile").orElse(at);
            if (refused || !profiles.containsKey(next) || met.contains(next)) {
                return "Allow who asks to assume "
                        + profiles.get(at).property("role_arn").orElse("the role")
                        + " (sts:AssumeRole), or correct role_arn and what stands beside it in the profile " + at + ".";
            }
            at = next;
        }
        Profile lines = profiles.get(at);
        if (has(lines, "sso_session") || has(lines, "sso_start_url")) {
            return "Run: aws sso login --profile " + at;
        }
        if (has(lines, "login_session")) {
            return "Run: aws login --profile " + at;
        }
        if (has(lines, "credential_process")) {
            return "Run the command of credential_process in the profile " + at
                    + " by hand: it has to print credentials as JSON and end with 0.";
        }
        return at.equals(name)
                ? "Give the profile " + at + " aws_access_key_id and aws_secret_access_key, or another way."
                : "Check the network, and region and role_arn in the profile " + name + ".";
    }

    private static boolean has(Profile profile, String property) {
        return profile.property(property).isPresent();
    }
}
