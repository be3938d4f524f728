-- A measurement with a raw value that is no date or no number, and null in staging. Raw keeps it as
-- it came.
{{ config(severity='warn') }}

with raw_measurements as (
    select * from {{ source('hevy_optional', 'body_measurements') }}
),

measurements as (
    select * from {{ ref('stg_hevy__body_measurements') }}
),

{%- set columns = [
    ('date', 'measured_on'),
    ('weight_kg', 'weight_kg'),
    ('lean_mass_kg', 'lean_mass_kg'),
    ('fat_percent', 'fat_percent'),
    ('neck_cm', 'neck_cm'),
    ('shoulder_cm', 'shoulder_cm'),
    ('chest_cm', 'chest_cm'),
    ('left_bicep_cm', 'left_bicep_cm'),
    ('right_bicep_cm', 'right_bicep_cm'),
    ('left_forearm_cm', 'left_forearm_cm'),
    ('right_forearm_cm', 'right_forearm_cm'),
    ('abdomen', 'abdomen_cm'),
    ('waist', 'waist_cm'),
    ('hips', 'hips_cm'),
    ('left_thigh', 'left_thigh_cm'),
    ('right_thigh', 'right_thigh_cm'),
    ('left_calf', 'left_calf_cm'),
    ('right_calf', 'right_calf_cm')
] %}

compared as (
    select
        {%- for raw, staged in columns %}
        case
            when measurements.{{ staged }} is null
                then cast(raw_measurements.{{ raw }} as varchar)
        end as {{ staged }},
        {%- endfor %}
        raw_measurements._dlt_id as row_id
    from raw_measurements
    inner join measurements on raw_measurements._dlt_id = measurements._dlt_id
)

select * from compared
where
    {%- for raw, staged in columns %}
    {{ staged }} is not null or
    {%- endfor %}
    false
