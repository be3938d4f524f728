{#
    For dbt only: creates the source tables, since dbt looks up the types of a unit test's rows in
    the database. The pipeline takes the types from sources.yml.
    Tables whose files may be missing are filled here: reading a missing file would be an error.
#}
{% macro create_source_tables() %}
    {{- adapter.dispatch('create_source_tables', 'hevy')() }}
{% endmacro %}

{% macro duckdb__create_source_tables() %}
    {%- if execute -%}
        {%- for table in graph.sources.values() %}
create schema if not exists {{ table.schema }};
            {%- set folder = table.config.meta.get('files') %}
            {%- if folder %}
                {%- set files = folder ~ '/' ~ table.name ~ '/*.parquet' %}
                {%- set found = run_query("select count(*) from glob('" ~ files ~ "')") %}

create or replace table {{ table.schema }}.{{ table.name }} as
select
                {%- for column in table.columns.values() %}
    cast(null as {{ column.data_type }}) as "{{ column.name }}"{{ "," if not loop.last }}
                {%- endfor %}
where false
                {%- if found.columns[0].values()[0] > 0 %}
union all by name
select * from read_parquet('{{ files }}', union_by_name = true, hive_partitioning = false)
                {%- endif %};
            {%- else %}

create table if not exists {{ table.schema }}.{{ table.name }} (
                {%- for column in table.columns.values() %}
    "{{ column.name }}" {{ column.data_type }}{{ "," if not loop.last }}
                {%- endfor %}
);
            {%- endif %}
        {% endfor -%}
    {%- endif -%}
{% endmacro %}

{#
    Spark reads the Delta tables that the merge keeps. Its catalog may have forgotten them: with
    DELTA_LOCATION they are named again.
#}
{% macro spark__create_source_tables() %}
    {%- set location = env_var('DELTA_LOCATION', '') %}
    {%- if execute and location %}
        {%- for table in graph.sources.values() %}
            {%- do run_query('create schema if not exists ' ~ table.schema) %}
            {%- do run_query(
                'create table if not exists ' ~ table.schema ~ '.' ~ table.name
                ~ " using delta location '"
                ~ location ~ '/' ~ table.schema ~ '/' ~ table.name ~ "'"
            ) %}
        {%- endfor %}
    {%- endif %}
{% endmacro %}
