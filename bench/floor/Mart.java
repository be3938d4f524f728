package floor;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** The raw tables and {@code daily_exercises} in a DuckDB file, with the pipeline's names and the same rows. */
final class Mart {
    private static final String DAILY_EXERCISES = """
            create table main_marts.daily_exercises as
            select
                cast(workouts.start_time at time zone 'UTC' as date) as workout_date,
                exercises.title as exercise_name,
                sets.weight_kg,
                sets.reps,
                sets.index + 1 as set_number,
                sets.type as set_type,
                sets.rpe,
                workouts.title as workout_title,
                workouts.start_time at time zone 'UTC' as started_at,
                workouts.end_time at time zone 'UTC' as ended_at,
                workouts.id as workout_id,
                exercises._dlt_id as exercise_id,
                sets._dlt_id as set_id
            from hevy_raw.workouts__exercises__sets as sets
            inner join hevy_raw.workouts__exercises as exercises on sets._dlt_parent_id = exercises._dlt_id
            inner join hevy_raw.workouts as workouts on exercises._dlt_parent_id = workouts._dlt_id
            where
                sets.weight_kg is not null
                or sets.reps is not null
            order by
                workout_date desc nulls last,
                started_at desc nulls last,
                exercise_name asc nulls last,
                set_number asc nulls last,
                set_id asc
            """;

    private Mart() {}

    /** Gives the number of rows of {@code daily_exercises}. */
    static long build(Path database, List<TableFile> files) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:" + database);
                Statement statement = connection.createStatement()) {
            statement.execute("create schema hevy_raw; create schema main_marts");
            for (TableFile file : files) {
                statement.execute("create table hevy_raw." + file.table() + " as select * from read_parquet('"
                        + file.path() + "')");
            }
            statement.execute(DAILY_EXERCISES);
            try (ResultSet count = statement.executeQuery("select count(*) from main_marts.daily_exercises")) {
                count.next();
                return count.getLong(1);
            }
        }
    }
}
