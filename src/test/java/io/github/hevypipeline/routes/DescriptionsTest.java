package io.github.hevypipeline.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.demo.SimulatedAccount;
import io.github.hevypipeline.failure.ExitCode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever opens the database in a client finds it described. */
class DescriptionsTest {
    @TempDir
    Path folder;

    @Test
    void the_published_file_describes_its_tables_views_and_columns() throws IOException {
        try (Installation installation =
                new Installation(folder, SimulatedAccount.withWorkouts(4, 12, LocalDate.of(2026, 5, 1)))) {
            assertThat(installation.run()).isEqualTo(ExitCode.DONE);
            Path published = installation.warehouse();

            assertThat(Sql.value(published, "select comment from duckdb_tables() where table_name = 'daily_exercises'"))
                    .startsWith("One row per performed set");
            assertThat(Sql.query(published, """
                    select table_name, column_name
                    from duckdb_columns() inner join (
                        select schema_name, table_name, comment as of_table from duckdb_tables()
                        union all
                        select schema_name, view_name, comment from duckdb_views()
                    ) using (schema_name, table_name)
                    where (schema_name like 'main\\_%' escape '\\' or schema_name = 'hevy_raw')
                        and schema_name not in ('main_pipeline', 'main_dbt_test__audit')
                        and (comment is null or of_table is null)"""))
                    .as("columns without a description, or in a table without one")
                    .isEmpty();
            assertThat(Sql.value(published, "select count(comment) > 100 from duckdb_columns()"))
                    .isEqualTo("true");
        }
    }
}
