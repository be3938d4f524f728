package io.github.hevypipeline.routes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A ConfigMap or Secret as Kubernetes mounts it: the files of a version, a link to it, and a link to each file. */
public final class KubernetesVolume {
    private KubernetesVolume() {}

    /** Mounts each entry as a file of its name. */
    public static void mount(Path folder, Map<String, String> entries) throws IOException {
        Path version = Files.createDirectories(folder.resolve("..2026_11_26"));
        Files.createSymbolicLink(folder.resolve("..data"), version.getFileName());
        for (Map.Entry<String, String> entry : entries.entrySet()) {
            Files.writeString(version.resolve(entry.getKey()), entry.getValue());
            Files.createSymbolicLink(folder.resolve(entry.getKey()), Path.of("..data", entry.getKey()));
        }
    }
}
