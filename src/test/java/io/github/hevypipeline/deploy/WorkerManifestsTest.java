package io.github.hevypipeline.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.kubernetes.client.openapi.JSON;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Container;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1PodSpec;
import io.kubernetes.client.openapi.models.V1Role;
import io.kubernetes.client.openapi.models.V1RoleBinding;
import io.kubernetes.client.openapi.models.V1Secret;
import io.kubernetes.client.openapi.models.V1ServiceAccount;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The worker's manifests are what Kubernetes' own types know, and agree with the accounts' Secret, the settings and the image. */
class WorkerManifestsTest {
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final int DEPLOYMENT = 4;

    private final List<JsonNode> worker = documents(text("worker.yaml"));
    private final List<JsonNode> secrets = documents(text("accounts.example.yaml"));

    @Test
    void every_field_is_one_that_kubernetes_knows() {
        assertThat(worker)
                .extracting(one -> one.get("kind").asText())
                .containsExactly("ConfigMap", "ServiceAccount", "Role", "RoleBinding", "Deployment");
        assertThat(read(worker.get(0), V1ConfigMap.class).getData()).isNotEmpty();
        assertThat(read(worker.get(1), V1ServiceAccount.class).getMetadata().getName())
                .isEqualTo(pod().getServiceAccountName());
        assertThat(read(worker.get(2), V1Role.class).getRules())
                .noneSatisfy(rule -> assertThat(rule.getResources()).contains("secrets"));
        assertThat(read(worker.get(3), V1RoleBinding.class).getRoleRef().getName())
                .isEqualTo(worker.get(2).at("/metadata/name").asText());
        assertThat(deployment().getSpec().getReplicas()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "replicas",
                "matchLabels",
                "maxSurge",
                "livenessProbe",
                "failureThreshold",
                "secretName",
                "defaultMode"
            })
    void a_misspelt_field_is_refused(String field) {
        String wrong = text("worker.yaml").replace(field + ":", field + "x:");

        assertThatThrownBy(() -> read(documents(wrong).get(DEPLOYMENT), V1Deployment.class))
                .hasMessageContaining(field + "x");
    }

    @Test
    void the_accounts_of_the_secret_have_their_keys_where_the_volume_puts_them() throws IOException {
        Map<String, String> files = read(secrets.get(1), V1Secret.class).getStringData();
        V1Container container = container();
        String folder = container.getVolumeMounts().get(1).getMountPath();

        assertThat(read(worker.get(0), V1ConfigMap.class).getData())
                .containsEntry("HEVY_ACCOUNTS", folder + "/accounts.jsonl");
        assertThat(pod().getVolumes().get(1).getSecret().getSecretName())
                .isEqualTo(secrets.get(1).at("/metadata/name").asText());
        for (String line : files.get("accounts.jsonl").strip().split("\n", -1)) {
            JsonNode account = new ObjectMapper().readTree(line);
            assertThat(account.path("key_file").asText())
                    .isEqualTo(folder + "/" + account.path("account_id").asText());
            assertThat(files).containsEntry(account.path("account_id").asText(), "");
        }
    }

    @Test
    void names_agree_with_one_another_with_the_settings_and_with_the_image() throws IOException {
        Properties settings = new Properties();
        settings.load(new StringReader(Files.readString(Path.of("application.properties"))));

        assertThat(settings.stringPropertyNames())
                .containsAll(read(worker.get(0), V1ConfigMap.class).getData().keySet());
        assertThat(container().getEnvFrom().get(0).getConfigMapRef().getName())
                .isEqualTo(worker.get(0).at("/metadata/name").asText());
        assertThat(container().getEnvFrom().get(1).getSecretRef().getName())
                .isEqualTo(secrets.get(0).at("/metadata/name").asText());
        assertThat(container().getImage())
                .matches("registry\\.example\\.com/hevy-pipeline-scale:.*")
                .endsWith(":" + version());
        assertThat(Integer.toString(container().getPorts().get(0).getContainerPort()))
                .isEqualTo(settings.getProperty("PIPELINE_OBSERVE_PORT"));
    }

    @Test
    void a_worker_may_do_nothing_but_write_to_its_own_volume() {
        V1PodSpec pod = pod();

        assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
        assertThat(container().getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
        assertThat(container().getSecurityContext().getAllowPrivilegeEscalation())
                .isFalse();
        assertThat(container().getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
        assertThat(container().getVolumeMounts().get(1).getReadOnly()).isTrue();
    }

    private static String version() throws IOException {
        String pom = Files.readString(Path.of("pom.xml"));
        return pom.substring(pom.indexOf("<revision>") + "<revision>".length(), pom.indexOf("</revision>"));
    }

    private V1Container container() {
        return pod().getContainers().get(0);
    }

    private V1PodSpec pod() {
        return deployment().getSpec().getTemplate().getSpec();
    }

    private V1Deployment deployment() {
        return read(worker.get(DEPLOYMENT), V1Deployment.class);
    }

    private static <T> T read(JsonNode document, Class<T> type) {
        return JSON.getGson().fromJson(document.toString(), type);
    }

    private static List<JsonNode> documents(String text) {
        try (MappingIterator<JsonNode> all = YAML.readerFor(JsonNode.class).readValues(text)) {
            return all.readAll();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(String file) {
        try {
            return Files.readString(Path.of("deploy/kubernetes", file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
