package io.github.hevypipeline.mart;

import io.github.hevypipeline.dbt.DbtProject;
import java.util.Map;

/** The raw tables of the simulated account in the test resources, made by DuckDB alone. */
final class GoldenAccount {
    static final String FOLDER = "src/test/resources/golden/n200";

    private static final String PAGES = """
            create table workout as select unnest(workouts) as w from read_json(
                '%s/api/workouts/*.json',
                columns = {workouts: 'struct(id varchar, title varchar, routine_id varchar, description varchar,
                    start_time timestamptz, end_time timestamptz, created_at timestamptz, updated_at timestamptz,
                    exercises struct(index bigint, title varchar, notes varchar, exercise_template_id varchar,
                        superset_id bigint, supersets_id bigint, sets struct(index bigint, type varchar,
                            weight_kg double, reps bigint, distance_meters double, duration_seconds bigint,
                            rpe double, custom_metric double)[])[])[]'})
            """;
    private static final String WORKOUTS =
            "select * exclude (exercises) from (select unnest(w), w.id as _dlt_id, '1.5' as _dlt_load_id from workout)";
    private static final String EXERCISES =
            "select * exclude (sets) from (select unnest(e), parent || '/' || i as _dlt_id, parent as _dlt_parent_id, "
                    + "parent as _dlt_root_id, i - 1 as _dlt_list_idx from exercise)";
    private static final String SETS =
            "select unnest(s), exercise || '/' || i as _dlt_id, exercise as _dlt_parent_id, i - 1 as _dlt_list_idx "
                    + "from (select parent || '/' || i as exercise, unnest(e.sets) as s, "
                    + "generate_subscripts(e.sets, 1) as i from exercise)";

    private GoldenAccount() {}

    static void load(Database database, DbtProject project) {
        RawTables.steps(project, Map.of()).forEach(step -> database.execute(step.sql()));
        database.execute(PAGES.formatted(FOLDER));
        database.execute("create table exercise as select w.id as parent, unnest(w.exercises) as e, "
                + "generate_subscripts(w.exercises, 1) as i from workout");
        database.execute("insert into hevy_raw.workouts by name " + WORKOUTS);
        database.execute("insert into hevy_raw.workouts__exercises by name " + EXERCISES);
        database.execute("insert into hevy_raw.workouts__exercises__sets by name " + SETS);
    }
}
