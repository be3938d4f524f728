package io.github.hevypipeline.lake.schema;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The resources that can be fetched, in the order of {@code schemas/resources.yaml}.
 *
 * <p>Immutable and thread-safe.
 */
public final class ResourceCatalog {
    private static final String FORM = "Correct it; the entry of workouts shows the form.";

    private final Map<String, Resource> resources;

    private ResourceCatalog(Map<String, Resource> resources) {
        this.resources = resources;
    }

    /**
     * Reads the catalog of a schema folder.
     *
     * @throws ConfigError naming the file, if it cannot be read
     */
    public static ResourceCatalog read(Path folder) {
        Path file = folder.resolve("resources.yaml");
        try (InputStream in = Files.newInputStream(file)) {
            Map<String, Resource> entries = new YAMLMapper().readValue(in, new TypeReference<>() {});
            Map<String, Resource> named = new LinkedHashMap<>();
            if (entries == null || entries.containsValue(null)) {
                throw new ConfigError(
                        ExitCode.CONFIGURATION,
                        "The resource catalog " + file + " is not valid: it, or an entry of it, is empty.",
                        FORM);
            }
            entries.forEach((name, entry) -> {
                if (!entry.isWhole()) {
                    throw new ConfigError(
                            ExitCode.CONFIGURATION,
                            "The resource catalog " + file + " is not valid: " + name + " lacks path, primary_key,"
                                    + " write_disposition, or list_key with page_size, or object_key.",
                            FORM);
                }
                named.put(name, entry.named(name));
            });
            return new ResourceCatalog(named);
        } catch (JsonProcessingException e) {
            throw new ConfigError(
                    ExitCode.CONFIGURATION,
                    "The resource catalog " + file + " is not valid: "
                            + String.valueOf(e.getOriginalMessage())
                                    .lines()
                                    .findFirst()
                                    .orElse("") + ".",
                    FORM,
                    e);
        } catch (IOException e) {
            throw new ConfigError(
                    ExitCode.CONFIGURATION,
                    "The resource catalog " + file + " cannot be read: " + e.getMessage(),
                    "Restore the folder schemas/ from the project.",
                    e);
        }
    }

    /** The names of the resources of the API. */
    public List<String> names() {
        return Resource.names(all());
    }

    /** The resources of the API. */
    public List<Resource> all() {
        return resources.values().stream()
                .filter(resource -> !resource.exported())
                .toList();
    }

    /** The resources of the app's export. */
    public List<Resource> exported() {
        return resources.values().stream().filter(Resource::exported).toList();
    }

    /**
     * Checks a comma-separated selection of resources of the API.
     *
     * @throws ConfigError if a name is unknown or an export's, or none is given
     */
    public void requireOfApi(String selection) {
        Map<String, Resource> ofApi = new LinkedHashMap<>(resources);
        ofApi.values().removeIf(Resource::exported);
        new ResourceCatalog(ofApi).select(selection);
    }

    /**
     * The resources of a comma-separated selection, in the order of the catalog.
     *
     * @throws ConfigError if a name is unknown or none is given
     */
    public List<Resource> select(String selection) {
        List<String> wanted = new ArrayList<>();
        for (String name : selection.split(",", -1)) {
            if (!name.isBlank()) {
                wanted.add(name.strip());
            }
        }
        List<String> unknown =
                wanted.stream().filter(name -> !resources.containsKey(name)).toList();
        if (wanted.isEmpty() || !unknown.isEmpty()) {
            throw new ConfigError(
                    ExitCode.CONFIGURATION,
                    wanted.isEmpty()
                            ? "HEVY_RESOURCES names no resource."
                            : "HEVY_RESOURCES names unknown resources: " + String.join(", ", unknown) + ".",
                    "Choose among " + String.join(", ", names()) + ".");
        }
        return resources.values().stream()
                .filter(resource -> wanted.contains(resource.name()))
                .toList();
    }
}
