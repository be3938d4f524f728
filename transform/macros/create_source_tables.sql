{#
    For dbt only: it asks the database for the types of a unit test's rows, so the source tables
    have to exist there, if only as empty ones. The pipeline has the types from sources.yml.
#}
{% macro create_source_tables() %}
    {%- if execute -%}
        {%- for table in graph.sources.values() %}
create schema if not exists {{ table.schema }};

create table if not exists {{ table.schema }}.{{ table.name }} (
            {%- for column in table.columns.values() %}
    "{{ column.name }}" {{ column.data_type }}{{ "," if not loop.last }}
            {%- endfor %}
);
        {% endfor -%}
    {%- endif -%}
{% endmacro %}
