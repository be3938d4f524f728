{{ per_bucket('marts') -}}
with workouts as (
    select * from {{ ref('stg_hevy__workouts') }}{{ where_changed() }}
),

exercises as (
    select * from {{ ref('stg_hevy__exercises') }}{{ where_changed() }}
),

sets as (
    select * from {{ ref('stg_hevy__sets') }}{{ where_changed() }}
),

daily_sets as (
    select{{ account('workouts') }}
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
    from sets
    inner join exercises
        on sets.exercise_id = exercises.exercise_id{{ same_account('sets', 'exercises') }}
    inner join workouts
        on exercises.workout_id = workouts.workout_id{{ same_account('exercises', 'workouts') }}
    where sets.is_performed
)

-- set_id breaks ties, so that the same data always gives the same file
select * from daily_sets
order by{{ account() }}
    workout_date desc nulls last,
    started_at desc nulls last,
    exercise_name asc nulls last,
    set_number asc nulls last,
    set_id asc
