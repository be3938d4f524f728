-- Measurements with a raw value that is no date or no number, and therefore null in staging. The
-- raw table keeps the value.
{{ config(severity='warn') }}

with raw_measurements as (
    select * from {{ source('hevy_optional', 'body_measurements') }}
        {{- at_version('body_measurements') }}
        {{- where_tested() }}
),

measurements as (
    select * from {{ ref('stg_hevy__body_measurements') }}{{ where_tested() }}
),

{%- set columns = [{'column': 'measured_on', 'raw': 'date'}] + var('body_measures') %}

compared as (
    select{{ account('raw_measurements') }}
        {%- for measure in columns %}
        case
            when measurements.{{ measure.column }} is null
                then {{ sent_text(measure.raw, 'raw_measurements') }}
        end as {{ measure.column }},
        {%- endfor %}
        raw_measurements._dlt_id as row_id
    from raw_measurements
    inner join measurements
        on raw_measurements._dlt_id = measurements._dlt_id
            {{- same_account('raw_measurements', 'measurements') }}
)

select * from compared
where
    {%- for measure in columns %}
    {{ measure.column }} is not null or
    {%- endfor %}
    false
