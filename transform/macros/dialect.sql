{#
    What DuckDB and Spark write differently, so that the models are one text for both. Each macro
    says what it means; the implementations follow it, by the type of the target as dbt names it.
#}

{#
    The account of a row. A database of one account has no such columns, and these macros render
    nothing there. Spark keeps the rows of all accounts in a table: each row carries its account and
    the account's bucket, and whatever could mix accounts carries them too, since ids of two
    accounts may be equal. Stands after select, group by, partition by and order by.
#}
{% macro account(table='') -%}
{{ adapter.dispatch('account', 'hevy')(table) }}
{%- endmacro %}

{% macro default__account(table) %}{% endmacro %}

{% macro spark__account(table) %}
    {%- set prefix = table ~ '.' if table else '' %} {{ prefix }}account_id, {{ prefix }}bucket,
{%- endmacro %}

{# Groups by nothing but the account. #}
{% macro group_by_account() -%}
{{ adapter.dispatch('group_by_account', 'hevy')() }}
{%- endmacro %}

{% macro default__group_by_account() %}{% endmacro %}

{% macro spark__group_by_account() %}
    group by account_id, bucket
{%- endmacro %}

{# Begins a window over all rows of an account. #}
{% macro within_account() -%}
{{ adapter.dispatch('within_account', 'hevy')() }}
{%- endmacro %}

{% macro default__within_account() %}{% endmacro %}

{% macro spark__within_account() -%}
partition by account_id, bucket {{ '' }}
{%- endmacro %}

{# Ends the condition of a join: the rows are of one account. #}
{% macro same_account(left, right) -%}
{{ adapter.dispatch('same_account', 'hevy')(left, right) }}
{%- endmacro %}

{% macro default__same_account(left, right) %}{% endmacro %}

{% macro spark__same_account(left, right) %}
            and {{ left }}.account_id = {{ right }}.account_id
            and {{ left }}.bucket = {{ right }}.bucket
{%- endmacro %}

{#
    Makes a model that is rebuilt by buckets of accounts. The variable changed_buckets names those
    whose accounts changed; their rows are replaced as a whole, so that vanished rows vanish.
    Without it, and in a first build, all are replaced.
#}
{% macro per_bucket(layer) -%}
{{ adapter.dispatch('per_bucket', 'hevy')(layer) }}
{%- endmacro %}

{% macro default__per_bucket(layer) %}{% endmacro %}

{% macro spark__per_bucket(layer) %}
    {%- set buckets = var('changed_buckets', []) %}
    {%- set numbers = buckets | join(', ') %}
    {{- config(
        materialized='incremental',
        incremental_strategy='insert_overwrite',
        incremental_predicates=['bucket in (' ~ numbers ~ ')' if buckets else 'bucket >= 0'],
        file_format='delta',
        partition_by='bucket'
    ) }}
    {%- set location = env_var('DELTA_LOCATION', '') %}
    {%- if location %}
        {{- config(location_root=location ~ '/' ~ target.schema ~ '_' ~ layer) }}
    {%- endif %}
{%- endmacro %}

{# Reads of a table only the changed buckets, in a model that is rebuilt by buckets. #}
{% macro where_changed() -%}
{{ adapter.dispatch('where_changed', 'hevy')() }}
{%- endmacro %}

{% macro default__where_changed() %}{% endmacro %}

{% macro spark__where_changed() %}
    {%- set buckets = var('changed_buckets', []) %}
    {%- if buckets and is_incremental() %}
    where bucket in ({{ buckets | join(', ') }})
    {%- endif %}
{%- endmacro %}

{# As where_changed, in a test: what was not rebuilt has been tested before. #}
{% macro where_tested() -%}
{{ adapter.dispatch('where_tested', 'hevy')() }}
{%- endmacro %}

{% macro default__where_tested() %}{% endmacro %}

{% macro spark__where_tested() %}
    {%- set buckets = var('changed_buckets', []) %}
    {%- if buckets %}
    where bucket in ({{ buckets | join(', ') }})
    {%- endif %}
{%- endmacro %}

{#
    Reads a raw table at the version that the variable version_of_<table> gives. Delta commits one
    table at a time: versions noted together keep a build from seeing half of a merge.
#}
{% macro at_version(table) -%}
{{ adapter.dispatch('at_version', 'hevy')(table) }}
{%- endmacro %}

{% macro default__at_version(table) %}{% endmacro %}

{% macro spark__at_version(table) %}
    {%- set version = var('version_of_' ~ table, '') %}
    {%- if version ~ '' %} version as of {{ version }}{% endif %}
{%- endmacro %}

{#
    Whether the API sent a value, be it readable or not. A lake of one account widens the column of
    a value that does not fit; a table of all accounts keeps it in the column _rescued, as JSON.
#}
{% macro was_sent(column, table='') -%}
{{ adapter.dispatch('was_sent', 'hevy')(column, table ~ '.' if table else '') }}
{%- endmacro %}

{% macro duckdb__was_sent(column, prefix) -%}
{{ prefix }}{{ column }} is not null
{%- endmacro %}

{% macro spark__was_sent(column, prefix) -%}
{{ spark__sent_text(column, prefix) }} is not null
{%- endmacro %}

{# The value that the API sent, as text. #}
{% macro sent_text(column, table='') -%}
{{ adapter.dispatch('sent_text', 'hevy')(column, table ~ '.' if table else '') }}
{%- endmacro %}

{% macro duckdb__sent_text(column, prefix) -%}
cast({{ prefix }}{{ column }} as varchar)
{%- endmacro %}

{% macro spark__sent_text(column, prefix) -%}
coalesce(
            cast({{ prefix }}{{ column }} as string),
            get_json_object({{ prefix }}_rescued, '$.{{ column }}')
        )
{%- endmacro %}

{#
    The UTC timestamp of a raw time, whatever the time zone of the session.
    A raw time is an instant. After a value that could not be read, its column is text: text without
    an offset counts as UTC, and text that is no time is null (see raw_values_are_readable).
    The type is known when the query is planned, so an instant is never converted to text and back.
    On Spark, the time zone of the session is UTC.
#}
{% macro in_utc(column) -%}
{{ adapter.dispatch('in_utc', 'hevy')(column) }}
{%- endmacro %}

{% macro duckdb__in_utc(column) -%}
coalesce(
            case
                when typeof({{ column }}) = 'VARCHAR'
                    then try_cast(cast({{ column }} as varchar) || 'Z' as timestamp with time zone)
            end,
            try_cast({{ column }} as timestamp with time zone)
        ) at time zone 'UTC'
{%- endmacro %}

{% macro spark__in_utc(column) -%}
cast(try_cast({{ column }} as timestamp) as timestamp_ntz)
{%- endmacro %}

{# The calendar day of a UTC timestamp in a time zone. #}
{% macro local_day(timestamp, timezone) -%}
{{ adapter.dispatch('local_day', 'hevy')(timestamp, timezone) }}
{%- endmacro %}

{% macro duckdb__local_day(timestamp, timezone) -%}
cast(
            ({{ timestamp }})
            at time zone 'UTC'
            at time zone '{{ timezone | replace("'", "''") }}'
            as date
        )
{%- endmacro %}

{% macro spark__local_day(timestamp, timezone) -%}
cast(
            convert_timezone('UTC', '{{ timezone | replace("'", "''") }}', {{ timestamp }})
            as date
        )
{%- endmacro %}

{# The day that a text says; null if it says none. #}
{% macro day_of(column) -%}
{{ adapter.dispatch('day_of', 'hevy')(column) }}
{%- endmacro %}

{% macro duckdb__day_of(column) -%}
try_cast({{ column }} as date)
{%- endmacro %}

{# Spark would also read a year alone. #}
{% macro spark__day_of(column) -%}
case
            when translate({{ column }}, '/', '-') rlike '^ *[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}'
                then try_cast(translate({{ column }}, '/', '-') as date)
        end
{%- endmacro %}

{# The days from one date to a later one. #}
{% macro days_between(earlier, later) -%}
{{ adapter.dispatch('days_between', 'hevy')(earlier, later) }}
{%- endmacro %}

{% macro duckdb__days_between(earlier, later) -%}
{{ later }} - {{ earlier }}
{%- endmacro %}

{% macro spark__days_between(earlier, later) -%}
cast(datediff({{ later }}, {{ earlier }}) as bigint)
{%- endmacro %}

{# The seconds from 1970 to a UTC timestamp. #}
{% macro epoch_seconds(timestamp) -%}
{{ adapter.dispatch('epoch_seconds', 'hevy')(timestamp) }}
{%- endmacro %}

{% macro duckdb__epoch_seconds(timestamp) -%}
extract(epoch from {{ timestamp }})
{%- endmacro %}

{% macro spark__epoch_seconds(timestamp) -%}
unix_micros(cast({{ timestamp }} as timestamp)) / 1e6
{%- endmacro %}

{# A number as a bigint, rounded; a half goes to the even neighbour. #}
{% macro to_bigint(number) -%}
{{ adapter.dispatch('to_bigint', 'hevy')(number) }}
{%- endmacro %}

{% macro duckdb__to_bigint(number) -%}
cast({{ number }} as bigint)
{%- endmacro %}

{% macro spark__to_bigint(number) -%}
cast(rint({{ number }}) as bigint)
{%- endmacro %}

{# A double with so many decimals; a half of the scaled double goes away from zero. #}
{% macro rounded(number, decimals) -%}
{{ adapter.dispatch('rounded', 'hevy')(number, decimals) }}
{%- endmacro %}

{% macro duckdb__rounded(number, decimals) -%}
round({{ number }}, {{ decimals }})
{%- endmacro %}

{# Spark rounds the shortest text of a double, which has ties where the scaled double has none. #}
{% macro spark__rounded(number, decimals) -%}
(round({{ number }} * 1e{{ decimals }}, 0) / 1e{{ decimals }})
{%- endmacro %}

{# A number that counts with six decimals. #}
{% macro six_decimals(number) -%}
{{ adapter.dispatch('six_decimals', 'hevy')(number) }}
{%- endmacro %}

{% macro duckdb__six_decimals(number) -%}
cast({{ number }} as decimal(38, 6))
{%- endmacro %}

{% macro spark__six_decimals(number) -%}
cast({{ rounded(number, 6) }} as decimal(38, 6))
{%- endmacro %}

{# A struct of these fields, each a name and its value. Compared from left to right. #}
{% macro struct_of(fields) -%}
{{ adapter.dispatch('struct_of', 'hevy')(fields) }}
{%- endmacro %}

{% macro duckdb__struct_of(fields) -%}
struct_pack(
            {%- for name, value in fields %}
            {{ name }} := {{ value }}{{ '' if loop.last else ',' }}
            {%- endfor %}
        )
{%- endmacro %}

{% macro spark__struct_of(fields) -%}
named_struct(
            {%- for name, value in fields %}
            '{{ name }}', {{ value }}{{ '' if loop.last else ',' }}
            {%- endfor %}
        )
{%- endmacro %}

{# A raw list of texts. On DuckDB its column is text after a value that was no list. #}
{% macro text_list(column) -%}
{{ adapter.dispatch('text_list', 'hevy')(column) }}
{%- endmacro %}

{% macro duckdb__text_list(column) -%}
try_cast({{ column }} as varchar [])
{%- endmacro %}

{% macro spark__text_list(column) -%}
cast({{ column }} as array<string>)
{%- endmacro %}

{# The parts of a text. #}
{% macro split_text(text, separator) -%}
{{ adapter.dispatch('split_text', 'hevy')(text, separator) }}
{%- endmacro %}

{% macro duckdb__split_text(text, separator) -%}
string_split({{ text }}, '{{ separator }}')
{%- endmacro %}

{% macro spark__split_text(text, separator) -%}
split({{ text }}, '[{{ separator }}]')
{%- endmacro %}

{# Joins each row with the items of its list, as a table of one column. #}
{% macro cross_join_items(list, table, column) -%}
{{ adapter.dispatch('cross_join_items', 'hevy')(list, table, column) }}
{%- endmacro %}

{% macro duckdb__cross_join_items(list, table, column) -%}
cross join
        unnest({{ list }})
            as {{ table }} ({{ column }})
{%- endmacro %}

{% macro spark__cross_join_items(list, table, column) -%}
cross join
        lateral explode({{ list }})
            as {{ table }} ({{ column }})
{%- endmacro %}

{# Asks the engine to compute a CTE once; Spark has no such word. #}
{% macro computed_once() -%}
{{ adapter.dispatch('computed_once', 'hevy')() }}
{%- endmacro %}

{% macro duckdb__computed_once() %} materialized{% endmacro %}

{% macro spark__computed_once() %}{% endmacro %}

{#
    What a generic test reads. On Spark, an id is unique within its account, and what was not
    rebuilt has been tested before. Seeds have no account.
#}
{% macro spark__test_unique(model, column_name) %}
    {%- set tested = model ~ '' %}
    {%- set is_seed = '_seeds' in tested %}
select{% if not is_seed %}{{ spark__account('') }}{% endif %}
    {{ column_name }} as unique_field,
    count(*) as n_records
from {{ model }} as tested{% if not is_seed %}{{ spark__where_tested() }}{% endif %}
group by{% if not is_seed %}{{ spark__account('') }}{% endif %} {{ column_name }}
having count(*) > 1 and {{ column_name }} is not null
{% endmacro %}

{% macro spark__test_not_null(model, column_name) %}
    {%- set tested = model ~ '' %}
    {%- set is_seed = '_seeds' in tested %}
select *
from (
    select *
    from {{ model }} as tested{% if not is_seed %}{{ spark__where_tested() }}{% endif %}
) as tested
where {{ column_name }} is null
{% endmacro %}

{% macro spark__test_relationships(model, column_name, to, field) %}
    {%- set tested = model ~ '' %}
    {%- set is_seed = '_seeds' in tested %}
select child.*
from (
    select *
    from {{ model }} as tested{% if not is_seed %}{{ spark__where_tested() }}{% endif %}
) as child
left join {{ to }} as parent
    on child.{{ column_name }} = parent.{{ field }}
            {%- if not is_seed %}{{ spark__same_account('child', 'parent') }}{% endif %}
where
    child.{{ column_name }} is not null
    and parent.{{ field }} is null
{% endmacro %}
