package io.github.hevypipeline.dbt.internal;

import io.github.hevypipeline.dbt.Model;
import io.github.hevypipeline.dbt.ProjectError;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The project's models, each after those it reads. Immutable. */
public final class Models {
    private final Map<String, Model> byName;

    /** A cycle is a ConfigError that shows it, with file and line of the reference that closes it. */
    Models(Map<String, Model> models) {
        Map<String, Model> ordered = new LinkedHashMap<>();
        for (String name : models.keySet()) {
            place(name, models, ordered, new LinkedHashSet<>());
        }
        this.byName = ordered;
    }

    public Optional<Model> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    public List<Model> inOrder() {
        return List.copyOf(byName.values());
    }

    private static void place(String name, Map<String, Model> models, Map<String, Model> ordered, Set<String> path) {
        if (ordered.containsKey(name)) {
            return;
        }
        Model model = models.get(name);
        path.add(name);
        for (Reference reference : model.references()) {
            if (reference.source() != null) {
                continue;
            }
            if (path.contains(reference.name())) {
                throw ProjectError.in(
                        model.file().path(), reference.line(), "the models form a cycle: " + cycle(path, reference));
            }
            place(reference.name(), models, ordered, path);
        }
        path.remove(name);
        ordered.put(name, model);
    }

    private static String cycle(Set<String> path, Reference back) {
        List<String> names = new ArrayList<>(path);
        List<String> loop = new ArrayList<>(names.subList(names.indexOf(back.name()), names.size()));
        loop.add(back.name());
        return String.join(" -> ", loop) + ".";
    }
}
