-- Repeated keys in marts whose key has several columns.
with exercise_progress as (
    select * from {{ ref('exercise_progress') }}
),

personal_records as (
    select * from {{ ref('personal_records') }}
),

weekly_muscle_volume as (
    select * from {{ ref('weekly_muscle_volume') }}
),

repeated as (
    select
        'exercise_progress' as mart,
        concat_ws(', ', exercise_template_id, workout_date) as grain,
        count(*) as times_in_mart
    from exercise_progress
    group by
        exercise_template_id,
        workout_date

    union all

    select
        'personal_records' as mart,
        concat_ws(', ', exercise_template_id, record_type, at_weight_kg, workout_id) as grain,
        count(*) as times_in_mart
    from personal_records
    group by
        exercise_template_id,
        record_type,
        at_weight_kg,
        workout_id

    union all

    select
        'weekly_muscle_volume' as mart,
        concat_ws(', ', week_started_on, muscle_group) as grain,
        count(*) as times_in_mart
    from weekly_muscle_volume
    group by
        week_started_on,
        muscle_group
)

select * from repeated
where times_in_mart > 1
