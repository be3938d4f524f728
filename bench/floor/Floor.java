package floor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;

/**
 * Copies a Hevy account to Parquet on S3 and builds {@code daily_exercises} in DuckDB, once, one stage after another.
 *
 * <p>Settings are read from the environment, under the pipeline's names. The only argument is an empty folder for the
 * Parquet files.
 */
public final class Floor {
    private static final String[] ROOT_TABLES = {"workouts", "exercise_templates", "routines"};
    private static final Map<String, Integer> PAGE_SIZES =
            Map.of("workouts", 10, "exercise_templates", 100, "routines", 10);

    private Floor() {}

    public static void main(String[] args) throws IOException, InterruptedException, ExecutionException, SQLException {
        Path folder = Path.of(args[0]);
        int connections = Integer.parseInt(System.getenv().getOrDefault("HEVY_CONCURRENCY", "4"));
        Stopwatch stopwatch = new Stopwatch();

        List<TableFile> files;
        try (TableFiles tables = new TableFiles(folder);
                HevyPages pages = new HevyPages(env("HEVY_BASE_URL"), env("HEVY_API_KEY"), connections)) {
            Flattener flattener = new Flattener(tables);
            for (String table : ROOT_TABLES) {
                pages.forEach(table, PAGE_SIZES.get(table), items -> flattener.flatten(table, items));
            }
            files = tables.finish();
        }
        stopwatch.lap("fetch and write");

        String prefix = System.getenv().getOrDefault("S3_RAW_PREFIX", "raw") + "/hevy/";
        try (Bucket bucket = new Bucket(env("S3_ENDPOINT_URL"), env("S3_BUCKET_NAME"))) {
            for (TableFile file : files) {
                bucket.put(prefix + file.table() + "/" + file.path().getFileName(), file.path());
            }
        }
        stopwatch.lap("put");

        Path database = Path.of(env("DBT_DUCKDB_PATH"));
        Files.deleteIfExists(database);
        long rows = Mart.build(database, files);
        stopwatch.lap("build");
        System.out.println(rows + " rows; " + stopwatch);
    }

    private static String env(String name) {
        String value = System.getenv(name);
        if (value == null) {
            throw new IllegalArgumentException(name + " is not set");
        }
        return value;
    }
}
