-- Repeated keys in marts whose key has several columns.
with exercise_progress as (
    select * from {{ ref('exercise_progress') }}{{ where_tested() }}
),

personal_records as (
    select * from {{ ref('personal_records') }}{{ where_tested() }}
),

weekly_muscle_volume as (
    select * from {{ ref('weekly_muscle_volume') }}{{ where_tested() }}
),

repeated as (
    select{{ account() }}
        'exercise_progress' as mart,
        concat_ws(', ', exercise_template_id, workout_date) as grain,
        count(*) as times_in_mart
    from exercise_progress
    group by{{ account() }}
        exercise_template_id,
        workout_date

    union all

    select{{ account() }}
        'personal_records' as mart,
        concat_ws(', ', exercise_template_id, record_type, at_weight_kg, workout_id) as grain,
        count(*) as times_in_mart
    from personal_records
    group by{{ account() }}
        exercise_template_id,
        record_type,
        at_weight_kg,
        workout_id

    union all

    select{{ account() }}
        'weekly_muscle_volume' as mart,
        concat_ws(', ', week_started_on, muscle_group) as grain,
        count(*) as times_in_mart
    from weekly_muscle_volume
    group by{{ account() }}
        week_started_on,
        muscle_group
)

select * from repeated
where times_in_mart > 1
