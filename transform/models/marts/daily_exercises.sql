with workouts as (
    select * from {{ ref('stg_hevy__workouts') }}
),

exercises as (
    select * from {{ ref('stg_hevy__exercises') }}
),

sets as (
    select * from {{ ref('stg_hevy__sets') }}
),

performed_sets as (
    select * from {{ ref('stg_hevy__performed_sets') }}
),

daily_sets as (
    select
        workouts.workout_date,
        exercises.exercise_title as exercise_name,
        sets.weight_kg,
        sets.reps,
        sets.set_index + 1 as set_number,
        sets.set_type,
        sets.rpe,
        workouts.workout_title,
        workouts.started_at,
        workouts.ended_at,
        workouts.workout_id,
        exercises.exercise_id,
        sets.set_id
    from performed_sets
    inner join sets on performed_sets.set_id = sets.set_id
    inner join exercises on sets.exercise_id = exercises.exercise_id
    inner join workouts on exercises.workout_id = workouts.workout_id
)

-- set_id decides between equals, so that the same data always gives the same file
select * from daily_sets
order by
    workout_date desc nulls last,
    started_at desc nulls last,
    exercise_name asc nulls last,
    set_number asc nulls last,
    set_id asc
