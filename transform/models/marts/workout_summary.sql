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

hard_sets as (
    select * from {{ ref('int_hevy__hard_sets') }}{{ where_changed() }}
),

personal_records as (
    select * from {{ ref('personal_records') }}{{ where_changed() }}
),

logged_sets as (
    select{{ account() }}
        exercise_id,
        count(*) as sets
    from sets
    group by{{ account() }} exercise_id
),

logged as (
    select{{ account('exercises') }}
        exercises.workout_id,
        count(*) as exercises,
        cast(sum(logged_sets.sets) as bigint) as sets
    from exercises
    left join logged_sets
        on exercises.exercise_id = logged_sets.exercise_id
            {{- same_account('exercises', 'logged_sets') }}
    group by{{ account('exercises') }} exercises.workout_id
),

worked as (
    select{{ account() }}
        workout_id,
        count(*) as hard_sets,
        cast(sum(reps) as bigint) as reps,
        {{ exact_sum('volume_kg') }} as volume_kg
    from hard_sets
    group by{{ account() }} workout_id
),

broken_records as (
    select{{ account() }}
        workout_id,
        count(*) as records
    from personal_records
    where previous_value is not null
    group by{{ account() }} workout_id
),

timed_workouts as (
    select
        *,
        {{ epoch_seconds('ended_at') }} - {{ epoch_seconds('started_at') }} as duration_seconds
    from workouts
),

workout_summary as (
    select{{ account('timed_workouts') }}
        timed_workouts.workout_id,
        timed_workouts.workout_title,
        timed_workouts.workout_date,
        timed_workouts.started_at,
        timed_workouts.ended_at,
        {{ to_bigint(measure('timed_workouts.duration_seconds')) }} as duration_seconds,
        coalesce(logged.exercises, 0) as exercises,
        coalesce(logged.sets, 0) as sets,
        coalesce(worked.hard_sets, 0) as hard_sets,
        coalesce(worked.reps, 0) as reps,
        coalesce(worked.volume_kg, 0) as volume_kg,
        coalesce(broken_records.records, 0) as records
    from timed_workouts
    left join logged
        on timed_workouts.workout_id = logged.workout_id
            {{- same_account('timed_workouts', 'logged') }}
    left join worked
        on timed_workouts.workout_id = worked.workout_id
            {{- same_account('timed_workouts', 'worked') }}
    left join broken_records
        on timed_workouts.workout_id = broken_records.workout_id
            {{- same_account('timed_workouts', 'broken_records') }}
)

select * from workout_summary
order by{{ account() }}
    started_at desc nulls last,
    workout_id asc
