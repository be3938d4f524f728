package io.github.hevypipeline.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.kubernetes.client.openapi.JSON;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Container;
import io.kubernetes.client.openapi.models.V1CronJob;
import io.kubernetes.client.openapi.models.V1PersistentVolumeClaim;
import io.kubernetes.client.openapi.models.V1PodSpec;
import io.kubernetes.client.openapi.models.V1Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The manifests are what Kubernetes' own types know, field by field, and agree with one another and the image. */
class KubernetesManifestsTest {
    private static final Path FOLDER = Path.of("deploy/kubernetes");
    private static final YAMLMapper YAML = new YAMLMapper();

    @Test
    void every_field_is_one_that_kubernetes_knows() throws IOException {
        List<JsonNode> all = documents(text("hevy-pipeline.yaml"));

        assertThat(all)
                .extracting(one -> one.get("kind").asText())
                .containsExactly("ConfigMap", "PersistentVolumeClaim", "CronJob");
        assertThat(read(all.get(0), V1ConfigMap.class).getData()).isNotEmpty();
        assertThat(read(all.get(1), V1PersistentVolumeClaim.class).getSpec().getAccessModes())
                .containsExactly("ReadWriteOnce");
        assertThat(read(documents(text("secret.example.yaml")).get(0), V1Secret.class)
                        .getStringData())
                .containsKey("HEVY_API_KEY")
                .allSatisfy((name, value) -> assertThat(value).isEmpty());
        assertThat(cronJob().getSpec().getConcurrencyPolicy()).isEqualTo("Forbid");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "concurrencyPolicy",
                "startingDeadlineSeconds",
                "backoffLimit",
                "podFailurePolicy",
                "onExitCodes",
                "restartPolicy",
                "readOnlyRootFilesystem",
                "runAsNonRoot",
                "mountPath",
                "claimName",
                "envFrom",
                "limits",
                "drop"
            })
    void a_misspelt_field_is_refused(String field) throws IOException {
        String wrong = text("hevy-pipeline.yaml").replace(field + ":", field + "x:");

        assertThatThrownBy(() -> read(documents(wrong).get(2), V1CronJob.class)).hasMessageContaining(field + "x");
    }

    @Test
    void names_agree_with_one_another_with_the_settings_and_with_the_image() throws IOException {
        List<JsonNode> all = documents(text("hevy-pipeline.yaml"));
        V1PodSpec pod = pod();
        V1Container container = pod.getContainers().get(0);
        Properties settings = new Properties();
        settings.load(Files.newBufferedReader(Path.of("application.properties")));

        assertThat(settings.stringPropertyNames())
                .containsAll(read(all.get(0), V1ConfigMap.class).getData().keySet());
        assertThat(container.getEnvFrom().get(0).getConfigMapRef().getName())
                .isEqualTo(all.get(0).at("/metadata/name").asText());
        assertThat(container.getEnvFrom().get(1).getSecretRef().getName())
                .isEqualTo(documents(text("secret.example.yaml"))
                        .get(0)
                        .at("/metadata/name")
                        .asText());
        assertThat(pod.getVolumes().get(0).getPersistentVolumeClaim().getClaimName())
                .isEqualTo(all.get(1).at("/metadata/name").asText());
        String image = Files.readString(Path.of("deploy/image/pom.xml"));
        assertThat(image)
                .contains(
                        "<user>" + pod.getSecurityContext().getRunAsUser() + ":"
                                + pod.getSecurityContext().getRunAsGroup() + "</user>",
                        "<volume>" + container.getVolumeMounts().get(0).getMountPath() + "</volume>");
    }

    @Test
    void the_image_is_the_one_that_is_built_in_a_registry_to_fill_in_here_for_camel_k_and_in_the_manual()
            throws IOException {
        String image = pod().getContainers().get(0).getImage();
        String built = image.replace("registry.example.com/", "");
        String[] nameAndTag = built.split(":", -1);

        assertThat(image).isEqualTo("registry.example.com/" + built);
        assertThat(Files.readString(Path.of("deploy/image/pom.xml")))
                .contains("<image.name>" + nameAndTag[0] + "</image.name>");
        assertThat(Files.readString(Path.of("pom.xml"))).contains("<revision>" + nameAndTag[1] + "</revision>");
        assertThat(YAML.readTree(Files.readString(Path.of("deploy/camel-k/image.yaml")))
                        .at("/spec/traits/container/image")
                        .asText())
                .isEqualTo(image);
        assertThat(Files.readString(Path.of("docs/operations.md")))
                .contains("docker tag " + built + " " + image + "\n");
    }

    @Test
    void the_pod_may_do_nothing_but_write_to_its_volume() throws IOException {
        V1PodSpec pod = pod();
        V1Container container = pod.getContainers().get(0);

        assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
        assertThat(pod.getAutomountServiceAccountToken()).isFalse();
        assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
        assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
        assertThat(container.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
        assertThat(container.getResources().getLimits()).containsKey("memory");
    }

    private static V1PodSpec pod() throws IOException {
        return cronJob().getSpec().getJobTemplate().getSpec().getTemplate().getSpec();
    }

    private static V1CronJob cronJob() throws IOException {
        return read(documents(text("hevy-pipeline.yaml")).get(2), V1CronJob.class);
    }

    private static <T> T read(JsonNode document, Class<T> type) {
        return JSON.getGson().fromJson(document.toString(), type);
    }

    private static List<JsonNode> documents(String text) throws IOException {
        try (MappingIterator<JsonNode> all = YAML.readerFor(JsonNode.class).readValues(text)) {
            return all.readAll();
        }
    }

    private static String text(String file) throws IOException {
        return Files.readString(FOLDER.resolve(file));
    }
}
