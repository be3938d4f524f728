{#
    For dbt only: creates the tables of the pipeline's build metadata, empty, so that the analyses
    that read them also run under dbt.
#}
{% macro create_build_note() %}
    {{- adapter.dispatch('create_build_note', 'hevy')() }}
{% endmacro %}

{# The analyses are for the report of one account. #}
{% macro spark__create_build_note() %}{% endmacro %}

{% macro duckdb__create_build_note() %}
create schema if not exists main_pipeline;

create table if not exists main_pipeline.build (
    load_id varchar, loaded_at timestamp, built_at timestamp
);

create table if not exists main_pipeline.relations (
    position bigint, name varchar, kind varchar, row_count bigint, reads varchar[], load_id varchar,
    newest_at timestamp, warn_after_seconds bigint, error_after_seconds bigint
);

create table if not exists main_pipeline.data_tests (
    name varchar, file varchar, severity varchar, failures bigint, load_id varchar
);
{% endmacro %}
