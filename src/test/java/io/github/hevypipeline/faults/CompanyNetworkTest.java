package io.github.hevypipeline.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.demo.SimulatedAccount;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.routes.Installation;
import java.net.URI;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where only a proxy leads out, and a company's authority makes the certificates: one rule for Hevy and S3. */
class CompanyNetworkTest {
    private static final List<String> PROPERTIES = List.of(
            "javax.net.ssl.trustStore",
            "javax.net.ssl.trustStorePassword",
            "https.proxyHost",
            "https.proxyPort",
            "http.nonProxyHosts");

    @TempDir
    private static Path keys;

    @TempDir
    private Path folder;

    private Installation installation;
    private CompanyNetwork network;
    private String s3;

    @BeforeEach
    void start() throws Exception {
        installation = new Installation(folder, SimulatedAccount.withWorkouts(4, 12, LocalDate.of(2026, 5, 1)))
                .with("HEVY_RESOURCES", "workouts")
                .with("HEVY_RETRY_DELAY", "1ms")
                .with("S3_RETRIES", "1");
        network = new CompanyNetwork(keys);
        s3 = installation.settings().get("S3_ENDPOINT_URL");
        installation
                .with(
                        "HEVY_BASE_URL",
                        network.put("hevy.company.test", installation.hevy().baseUri()))
                .with("S3_ENDPOINT_URL", network.put("s3.company.test", URI.create(s3)));
    }

    @AfterEach
    void stop() throws Exception {
        PROPERTIES.forEach(System::clearProperty);
        network.close();
        installation.close();
    }

    private void trustTheCompany() {
        System.setProperty("javax.net.ssl.trustStore", network.trustStore().toString());
        System.setProperty("javax.net.ssl.trustStorePassword", "changeit");
    }

    private CapturedRun extract() {
        return CapturedRun.of(() -> installation.run("extract"));
    }

    private void assertLoadedThroughTheProxy() {
        CapturedRun run = extract();

        assertThat(run.exitCode()).as(run.text()).isEqualTo(ExitCode.DONE);
        assertThat(installation.lake().query("select count(*) from {workouts}")).containsExactly(List.of("12"));
        assertThat(network.heads())
                .anyMatch(head -> head.startsWith("CONNECT hevy.company.test:443"))
                .anyMatch(head -> head.startsWith("CONNECT s3.company.test:443"))
                .allSatisfy(head -> assertThat(head).doesNotContainIgnoringCase("api-key", "authorization: AWS4"));
    }

    @Tag("slow")
    @Test
    @Fault(49)
    void a_run_goes_through_the_proxy_of_the_environment_to_hevy_and_s3() {
        trustTheCompany();
        installation.with("HTTPS_PROXY", network.proxy());

        assertLoadedThroughTheProxy();
    }

    @Tag("slow")
    @Test
    @Fault(49)
    void a_proxy_that_wants_a_password_gets_it_and_nobody_else_sees_it() {
        trustTheCompany();
        network.asksFor("me:pass word@1");
        installation.with("https_proxy", network.proxy().replace("//", "//me:pass%20word%401@"));

        assertLoadedThroughTheProxy();
        CapturedRun doctor = CapturedRun.of(() -> installation.run("doctor"));

        assertThat(doctor.text()).doesNotContain("pass%20word", "pass word");
    }

    @Test
    @Fault(49)
    @Tag("slow")
    void javas_own_properties_name_the_proxy_too() {
        trustTheCompany();
        URI proxy = URI.create(network.proxy());
        System.setProperty("https.proxyHost", proxy.getHost());
        System.setProperty("https.proxyPort", Integer.toString(proxy.getPort()));

        assertLoadedThroughTheProxy();
    }

    @Test
    @Fault(49)
    void a_certificate_of_hevy_that_is_not_trusted_is_not_asked_for_again_and_the_message_says_how_to_trust_it() {
        installation
                .with("HTTPS_PROXY", network.proxy())
                .with("NO_PROXY", "s3.example.org, .other.test")
                .with("S3_ENDPOINT_URL", s3);

        CapturedRun run = extract();

        assertThat(run.exitCode()).as(run.text()).isEqualTo(ExitCode.HEVY_API);
        assertThat(run.lastLine())
                .contains("The certificate of https://hevy.company.test through the proxy 127.0.0.1:", "(HTTPS_PROXY)")
                .contains("is not trusted: unable to find valid certification path")
                .contains("Next: ", "truststore", "JAVA_OPTS=-Djavax.net.ssl.trustStore=");
        assertThat(network.heads()).hasSize(1);
    }

    @Test
    @Fault(49)
    @Tag("slow")
    void a_certificate_of_s3_that_is_not_trusted_is_not_asked_for_again_and_the_message_says_how_to_trust_it() {
        installation.with("HTTPS_PROXY", network.proxy());

        CapturedRun run = extract();

        assertThat(run.exitCode()).as(run.text()).isEqualTo(ExitCode.S3);
        assertThat(run.lastLine())
                .contains("The certificate of S3", "s3.company.test", "is not trusted: unable to find valid")
                .contains("Next: ", "truststore", "JAVA_OPTS=-Djavax.net.ssl.trustStore=");
        assertThat(network.heads()).hasSize(1);
    }

    @Test
    @Fault(49)
    void no_proxy_and_this_machine_itself_are_reached_without_it() {
        installation.with("HTTPS_PROXY", network.proxy()).with("NO_PROXY", "localhost,.company.test");

        CapturedRun run = extract();

        assertThat(run.exitCode()).as(run.text()).isEqualTo(ExitCode.S3);
        assertThat(network.heads()).isEmpty();
    }

    @Test
    @Fault(49)
    void a_proxy_that_refuses_or_is_not_there_is_named() {
        trustTheCompany();
        network.refuses("403 Forbidden");
        installation.with("HTTPS_PROXY", network.proxy());

        CapturedRun refused = extract();

        assertThat(refused.exitCode()).as(refused.text()).isEqualTo(ExitCode.S3);
        assertThat(refused.lastLine())
                .contains("The proxy, not S3, responds with status 403", "through the proxy 127.0.0.1:", "NO_PROXY");

        installation.with("HTTPS_PROXY", "socks5://127.0.0.1:1080");

        CapturedRun socks = extract();

        assertThat(socks.exitCode()).as(socks.text()).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(socks.text()).contains("HTTPS_PROXY is not the address of an HTTP proxy", "NO_PROXY");
    }
}
