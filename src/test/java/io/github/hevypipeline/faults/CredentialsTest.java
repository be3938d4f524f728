package io.github.hevypipeline.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.demo.Account;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.routes.Installation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A way to AWS credentials that leads nowhere ends a run with 2, the profile, the SDK's cause and what to run. */
class CredentialsTest {
    private static final String[] PROPERTIES = {"aws.configFile", "aws.sharedCredentialsFile", "aws.endpointUrlSts"};
    private static final String PROFILES = """
            [profile sso]
            sso_session = corp
            sso_account_id = 123456789012
            sso_role_name = reader
            [sso-session corp]
            sso_start_url = https://corp.example.org/start
            sso_region = us-east-1
            [profile old-sso]
            sso_start_url = https://corp.example.org/start
            sso_region = us-east-1
            sso_account_id = 123456789012
            sso_role_name = reader
            [profile login]
            login_session = arn:aws:iam::123456789012:user/nobody-here
            region = us-east-1
            [profile failing]
            credential_process = sh -c 'echo the vault is sealed >&2; exit 3'
            [profile rubbish]
            credential_process = echo KEY-0123456789-OF-NOBODY is no JSON
            [profile keys]
            aws_access_key_id = AKIAEXAMPLE
            aws_secret_access_key = a-secret-that-is-nobodys
            [profile role]
            role_arn = arn:aws:iam::123456789012:role/loader
            source_profile = keys
            region = us-east-1
            [profile role-by-sso]
            role_arn = arn:aws:iam::123456789012:role/loader
            source_profile = sso
            [profile nothing]
            region = us-east-1
            """;

    @TempDir
    private Path folder;

    private Installation installation;

    @BeforeEach
    void start() throws IOException {
        installation = new Installation(folder, Account.empty());
        System.setProperty(
                "aws.configFile",
                Files.writeString(folder.resolve("config"), PROFILES).toString());
        System.setProperty("aws.sharedCredentialsFile", folder.resolve("none").toString());
    }

    @AfterEach
    void stop() throws IOException {
        for (String property : PROPERTIES) {
            System.clearProperty(property);
        }
        installation.close();
    }

    private CapturedRun extractAs(String profile) {
        installation
                .with("AWS_ACCESS_KEY_ID", "")
                .with("AWS_SECRET_ACCESS_KEY", "")
                .with("AWS_PROFILE", profile);
        return CapturedRun.of(() -> installation.run("extract"));
    }

    @Fault(42)
    @Tag("slow")
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sso         | sso gives no credentials: Unable to load SSO token | aws sso login --profile sso",
                "old-sso     | old-sso gives no credentials: there is no          | aws sso login --profile old-sso",
                "login       | login gives no credentials: Token cache file       | aws login --profile login",
                "failing     | failing gives no credentials: Command returned non-zero exit value (3)"
                        + " with error message: the vault is sealed               | Run the command of credential_process",
                "rubbish     | rubbish gives no credentials: Failed to refresh    | Run the command of credential_process",
                "role-by-sso | role-by-sso gives no credentials: Unable to load   | aws sso login --profile sso",
                "nothing     | nothing gives no credentials: it has neither keys  | Give the profile nothing",
                "absent      | absent is in none of the AWS files                 | Set AWS_PROFILE to one of failing,"
            })
    void a_profile_that_gives_no_credentials_is_named_with_what_to_run(String profile, String cause, String next) {
        CapturedRun run = extractAs(profile);

        assertThat(run.exitCode()).as(run.text()).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(run.lastLine())
                .contains("The AWS profile " + cause, "Next: ")
                .contains(next);
        assertThat(run.text()).doesNotContain("KEY-0123456789-OF-NOBODY", "a-secret-that-is-nobodys");
        assertThat(installation.bucket()).isEmptyDirectory();
    }

    @Fault(42)
    @ParameterizedTest
    @CsvSource({"403, assume arn:aws:iam::123456789012:role/loader", "0, Check the network"})
    void a_role_that_may_not_be_assumed_is_named_and_a_network_that_is_down_is_not_taken_for_that(
            int status, String next) throws IOException {
        try (FaultProxy sts = FaultProxy.before(java.net.URI.create("http://127.0.0.1:1"))) {
            sts.meetWith(request -> status == 0 ? Mishap.RESET : Mishap.respond(status, "AccessDenied"));
            System.setProperty("aws.endpointUrlSts", sts.uri().toString());

            CapturedRun run = extractAs("role");

            assertThat(run.exitCode()).as(run.text()).isEqualTo(ExitCode.CONFIGURATION);
            assertThat(run.lastLine()).contains("The AWS profile role gives no credentials: ", next);
            assertThat(sts.log()).isNotEmpty();
        }
    }

    @Fault(42)
    @ParameterizedTest
    @CsvSource({"'[profile x', cannot be read", "'x = y', cannot be read"})
    void a_file_of_aws_that_cannot_be_read_is_no_bug(String content, String cause) throws IOException {
        Files.writeString(folder.resolve("config"), content);

        CapturedRun run = extractAs("x");

        assertThat(run.exitCode()).as(run.text()).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(run.lastLine()).contains("The AWS configuration " + cause, "Next: Correct ~/.aws/config");
    }
}
