package io.github.hevypipeline.dbt.internal;

import io.github.hevypipeline.dbt.ProjectError;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Sorts models, so that each comes after those it reads. Used once, by one thread.
 *
 * @param files the file of each model by its name
 * @param references what each model reads, by its name
 */
record DependencyOrder(Map<String, ProjectFile> files, Map<String, List<Reference>> references) {
    /**
     * The names of all models; independent ones are sorted by name.
     *
     * @throws io.github.hevypipeline.failure.ConfigError if they form a cycle, with file and line of the reference that
     *     closes it
     */
    List<String> names() {
        Set<String> ordered = new LinkedHashSet<>();
        for (String name : new TreeSet<>(files.keySet())) {
            place(name, ordered, new LinkedHashSet<>());
        }
        return List.copyOf(ordered);
    }

    private void place(String name, Set<String> ordered, Set<String> path) {
        if (ordered.contains(name)) {
            return;
        }
        path.add(name);
        for (Reference reference : references.get(name)) {
            if (reference.source() != null) {
                continue;
            }
            if (path.contains(reference.name())) {
                throw ProjectError.in(
                        files.get(name).path(), reference.line(), "the models form a cycle: " + cycle(path, reference));
            }
            place(reference.name(), ordered, path);
        }
        path.remove(name);
        ordered.add(name);
    }

    private static String cycle(Set<String> path, Reference back) {
        List<String> names = new ArrayList<>(path);
        List<String> loop = new ArrayList<>(names.subList(names.indexOf(back.name()), names.size()));
        loop.add(back.name());
        return String.join(" -> ", loop) + ".";
    }
}
