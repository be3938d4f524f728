package io.github.hevypipeline.lake.rows;

import io.github.hevypipeline.lake.CommittedFile;
import io.github.hevypipeline.lake.Manifest;
import io.github.hevypipeline.lake.internal.FileCache;
import io.github.hevypipeline.lake.schema.Resource;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.generic.GenericRecord;

/**
 * The titles of exercises that the API has brought into a lake, each with the id of its template.
 *
 * <p>Immutable. A title may occur with several ids, and an id with a title in each language that the account has used.
 *
 * @param ids pairs of title and id
 */
public record TemplateTitles(Set<Map.Entry<String, String>> ids) {
    private static final String TITLE = "title";

    public TemplateTitles {
        ids = Set.copyOf(ids);
    }

    /** Reads the committed files of the two tables with titles; a lost file is left out. */
    public static TemplateTitles read(Manifest manifest, FileCache cache) throws IOException {
        Set<Map.Entry<String, String>> ids = new HashSet<>();
        add(ids, manifest.files("workouts__exercises"), "exercise_template_id", cache);
        add(ids, manifest.files("exercise_templates"), "id", cache);
        return new TemplateTitles(ids);
    }

    private static void add(
            Set<Map.Entry<String, String>> ids, List<CommittedFile> files, String idColumn, FileCache cache)
            throws IOException {
        for (CommittedFile file : files) {
            if (Resource.isExported(file.part())
                    || !cache.missing(List.of(file)).isEmpty()) {
                continue;
            }
            try (ParquetRows rows = ParquetFiles.readColumns(cache.path(file), List.of(TITLE, idColumn))) {
                for (GenericRecord row = rows.read(); row != null; row = rows.read()) {
                    if (row.get(TITLE) != null && row.get(idColumn) != null) {
                        ids.add(Map.entry(
                                row.get(TITLE).toString(), row.get(idColumn).toString()));
                    }
                }
            }
        }
    }
}
