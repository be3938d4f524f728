{#
    For dbt only: what dbt-spark does otherwise than the pipeline.
#}

{#
    Replaces the rows of the predicates, also those that vanished: dbt-spark would leave a partition
    of which no row is left.
#}
{% macro get_insert_overwrite_sql(source_relation, target_relation, existing_relation) %}
    insert into {{ target_relation }}
    replace where {{ config.get('incremental_predicates') | join(' and ') }}
    select * from {{ source_relation }}
{% endmacro %}

{# The rows of unit tests are of one account. #}
{% macro format_row(row, column_name_to_data_types) %}
    {%- set whole = {} %}
    {%- if target.type == 'spark' and 'account_id' in column_name_to_data_types %}
        {%- do whole.update({'account_id': 'a', 'bucket': 0}) %}
    {%- endif %}
    {%- do whole.update(row) %}
    {{- return(dbt.format_row(whole, column_name_to_data_types)) }}
{% endmacro %}

{# The values of unit tests that Spark has no text for: lists, and times without end. #}
{% macro spark__safe_cast(field, type) %}
    {%- set text = field | string %}
    {%- if type.startswith('array') and text != 'null' -%}
filter(split(trim(both '[]' from {{ text }}), ', *'), item -> item <> '')
    {%- elif 'infinity' in text and type in ['date', 'timestamp', 'timestamp_ntz'] -%}
cast('+290000-01-01' as {{ type }})
    {%- else -%}
cast({{ field }} as {{ type }})
    {%- endif %}
{% endmacro %}

{# Each comment is a commit of the table: they are stored when it is made, not at each change. #}
{% macro spark__persist_docs(relation, model, for_relation, for_columns) %}
    {%- set is_made = not is_incremental() %}
    {%- if is_made and for_columns and config.persist_column_docs() and model.columns %}
        {%- do alter_column_comment(relation, model.columns) %}
    {%- endif %}
{% endmacro %}
