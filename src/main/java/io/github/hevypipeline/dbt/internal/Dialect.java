package io.github.hevypipeline.dbt.internal;

import io.github.hevypipeline.dbt.DataTest;
import io.github.hevypipeline.dbt.Model;
import io.github.hevypipeline.dbt.Relation;
import io.github.hevypipeline.dbt.SqlStep;
import io.github.hevypipeline.dbt.SqlText;
import io.github.hevypipeline.dbt.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How a kind of database writes names, texts and what makes relations. Immutable. */
public enum Dialect {
    /** The SQL standard, with {@code create or replace}; a text may hold several statements. */
    STANDARD {
        @Override
        String identifier(String name) {
            return SqlText.identifier(name);
        }

        @Override
        String literal(String text) {
            return SqlText.literal(text);
        }

        @Override
        boolean knows(String materialization) {
            return BASIC.contains(materialization);
        }

        @Override
        String build(Relation relation, ModelConfig config, Target target) {
            return "create or replace " + relationType(config) + " " + name(relation) + " as ";
        }

        @Override
        public List<SqlStep> schemas(String file, List<String> schemas) {
            return schemas.isEmpty()
                    ? List.of()
                    : List.of(new SqlStep(
                            "schemas",
                            file,
                            String.join(
                                    " ",
                                    schemas.stream()
                                            .map(schema -> creation(schema) + ";")
                                            .toList())));
        }

        @Override
        Optional<Storing> storing(String kind, Relation place, String select) {
            return Optional.of(new Storing(
                    creation(place.schema()) + "; create or replace " + kind + " " + name(place) + " as " + select
                            + "\n;\n",
                    "drop " + kind + " if exists " + name(place) + ";"));
        }
    },

    /** Spark SQL with Delta tables; a text holds one statement. */
    SPARK {
        @Override
        String identifier(String name) {
            return '`' + name.replace("`", "``") + '`';
        }

        @Override
        String literal(String text) {
            return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
        }

        @Override
        boolean knows(String materialization) {
            return BASIC.contains(materialization) || materialization.equals(Model.INCREMENTAL);
        }

        @Override
        String build(Relation relation, ModelConfig config, Target target) {
            if (config.materialization().equals("view")) {
                return "create or replace view " + name(relation) + " as ";
            }
            if (config.materialization().equals(Model.INCREMENTAL) && target.isIncremental()) {
                return "insert into " + name(relation) + " replace where "
                        + String.join(" and ", config.incremental().predicates()) + " ";
            }
            List<String> partitions = config.incremental().partitionBy();
            return "create or replace table " + name(relation) + " using delta"
                    + (partitions.isEmpty() ? "" : " partitioned by (" + String.join(", ", partitions) + ")")
                    + location(relation, target) + " as ";
        }

        @Override
        public Optional<String> registration(Relation relation, Target target) {
            return target.location().isEmpty()
                    ? Optional.empty()
                    : Optional.of("create table if not exists " + name(relation) + " using delta"
                            + location(relation, target));
        }

        private String location(Relation relation, Target target) {
            return target.location().isEmpty()
                    ? ""
                    : " location "
                            + literal(target.location().replaceAll("/+$", "") + "/" + relation.schema() + "/"
                                    + relation.name());
        }

        @Override
        public List<SqlStep> schemas(String file, List<String> schemas) {
            List<SqlStep> steps = new ArrayList<>();
            schemas.forEach(schema -> steps.add(new SqlStep("schema " + schema, file, creation(schema))));
            return steps;
        }

        /** A table for each test would take longer than the test; its select finds the rows again. */
        @Override
        Optional<Storing> storing(String kind, Relation place, String select) {
            return Optional.empty();
        }
    };

    private static final List<String> BASIC = List.of("view", "table", Model.SEED);

    static Dialect of(Target target) {
        return target.type().equals("spark") ? SPARK : STANDARD;
    }

    abstract String identifier(String name);

    abstract String literal(String text);

    abstract boolean knows(String materialization);

    /** The beginning, in one line, of the statement that builds a model; its select follows. */
    abstract String build(Relation relation, ModelConfig config, Target target);

    /** The statement that tells the database of a table that is there already; empty if it remembers its tables. */
    public Optional<String> registration(Relation relation, Target target) {
        return Optional.empty();
    }

    /** The steps that create schemas. */
    public abstract List<SqlStep> schemas(String file, List<String> schemas);

    /** How the failing rows of a test are stored; empty if they are not. */
    abstract Optional<Storing> storing(String kind, Relation place, String select);

    /**
     * The statements around a {@link DataTest} whose failing rows are stored.
     *
     * @param first stores them
     * @param dropping drops them
     */
    record Storing(String first, String dropping) {}

    public String name(Relation relation) {
        return identifier(relation.schema()) + "." + identifier(relation.name());
    }

    String creation(String schema) {
        return "create schema if not exists " + identifier(schema);
    }

    private static String relationType(ModelConfig config) {
        return config.materialization().equals("view") ? "view" : "table";
    }
}
