-- Raw values that do not fit the declared type of their column, and are therefore null in staging.
-- The raw table keeps them by widening the column, so that they can be shown here.
{{ config(severity='warn') }}

with raw_workouts as (
    select * from {{ source('hevy_raw', 'workouts') }}
        {{- at_version('workouts') }}
        {{- where_tested() }}
),

raw_exercises as (
    select * from {{ source('hevy_raw', 'workouts__exercises') }}
        {{- at_version('workouts__exercises') }}
        {{- where_tested() }}
),

raw_sets as (
    select * from {{ source('hevy_raw', 'workouts__exercises__sets') }}
        {{- at_version('workouts__exercises__sets') }}
        {{- where_tested() }}
),

workouts as (
    select * from {{ ref('stg_hevy__workouts') }}{{ where_tested() }}
),

exercises as (
    select * from {{ ref('stg_hevy__exercises') }}{{ where_tested() }}
),

sets as (
    select * from {{ ref('stg_hevy__sets') }}{{ where_tested() }}
),

{%- set set_columns = [
    ('index', 'set_index'),
    ('weight_kg', 'weight_kg'),
    ('reps', 'reps'),
    ('distance_meters', 'distance_meters'),
    ('duration_seconds', 'duration_seconds'),
    ('rpe', 'rpe'),
    ('custom_metric', 'custom_metric')
] %}
{%- set workout_columns = [
    ('start_time', 'started_at'),
    ('end_time', 'ended_at'),
    ('created_at', 'created_at'),
    ('updated_at', 'updated_at')
] %}

-- joined once: there are many sets, of which few cannot be read
unreadable_sets as{{ computed_once() }} (
    select{{ account('raw_sets') }}
        {%- for raw, staged in set_columns %}
        case
            when sets.{{ staged }} is null
                then {{ sent_text(raw, 'raw_sets') }}
        end as raw_{{ raw }},
        {%- endfor %}
        raw_sets._dlt_id as row_id
    from raw_sets
    inner join sets on raw_sets._dlt_id = sets.set_id{{ same_account('raw_sets', 'sets') }}
    where
        {%- for raw, staged in set_columns %}
        ({{ was_sent(raw, 'raw_sets') }} and sets.{{ staged }} is null) or
        {%- endfor %}
        false
),

unreadable_workouts as{{ computed_once() }} (
    select{{ account('raw_workouts') }}
        {%- for raw, staged in workout_columns %}
        case
            when workouts.{{ staged }} is null
                then {{ sent_text(raw, 'raw_workouts') }}
        end as raw_{{ raw }},
        {%- endfor %}
        raw_workouts._dlt_id as row_id
    from raw_workouts
    inner join workouts
        on raw_workouts._dlt_id = workouts._dlt_id{{ same_account('raw_workouts', 'workouts') }}
    where
        {%- for raw, staged in workout_columns %}
        ({{ was_sent(raw, 'raw_workouts') }} and workouts.{{ staged }} is null) or
        {%- endfor %}
        false
),

unreadable as (
    {%- for raw, staged in workout_columns %}
    select{{ account() }}
        'workouts' as table_name,
        '{{ raw }}' as column_name,
        row_id,
        raw_{{ raw }} as raw_value
    from unreadable_workouts
    where raw_{{ raw }} is not null

    union all
    {% endfor %}
    select{{ account('raw_exercises') }}
        'workouts__exercises' as table_name,
        'index' as column_name,
        raw_exercises._dlt_id as row_id,
        {{ sent_text('index', 'raw_exercises') }} as raw_value
    from raw_exercises
    inner join exercises
        on raw_exercises._dlt_id = exercises.exercise_id
            {{- same_account('raw_exercises', 'exercises') }}
    where
        {{ was_sent('index', 'raw_exercises') }}
        and exercises.exercise_index is null
    {%- for raw, staged in set_columns %}

    union all

    select{{ account() }}
        'workouts__exercises__sets' as table_name,
        '{{ raw }}' as column_name,
        row_id,
        raw_{{ raw }} as raw_value
    from unreadable_sets
    where raw_{{ raw }} is not null
    {%- endfor %}
)

select * from unreadable
