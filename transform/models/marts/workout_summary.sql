with workouts as (
    select * from {{ ref('stg_hevy__workouts') }}
),

exercises as (
    select * from {{ ref('stg_hevy__exercises') }}
),

sets as (
    select * from {{ ref('stg_hevy__sets') }}
),

hard_sets as (
    select * from {{ ref('int_hevy__hard_sets') }}
),

personal_records as (
    select * from {{ ref('personal_records') }}
),

logged_sets as (
    select
        exercise_id,
        count(*) as sets
    from sets
    group by exercise_id
),

logged as (
    select
        exercises.workout_id,
        count(*) as exercises,
        cast(sum(logged_sets.sets) as bigint) as sets
    from exercises
    left join logged_sets on exercises.exercise_id = logged_sets.exercise_id
    group by exercises.workout_id
),

worked as (
    select
        workout_id,
        count(*) as hard_sets,
        cast(sum(reps) as bigint) as reps,
        {{ exact_sum('volume_kg') }} as volume_kg
    from hard_sets
    group by workout_id
),

broken_records as (
    select
        workout_id,
        count(*) as records
    from personal_records
    where previous_value is not null
    group by workout_id
),

timed_workouts as (
    select
        *,
        extract(epoch from ended_at) - extract(epoch from started_at) as duration_seconds
    from workouts
),

workout_summary as (
    select
        timed_workouts.workout_id,
        timed_workouts.workout_title,
        timed_workouts.workout_date,
        timed_workouts.started_at,
        timed_workouts.ended_at,
        cast({{ measure('timed_workouts.duration_seconds') }} as bigint) as duration_seconds,
        coalesce(logged.exercises, 0) as exercises,
        coalesce(logged.sets, 0) as sets,
        coalesce(worked.hard_sets, 0) as hard_sets,
        coalesce(worked.reps, 0) as reps,
        coalesce(worked.volume_kg, 0) as volume_kg,
        coalesce(broken_records.records, 0) as records
    from timed_workouts
    left join logged on timed_workouts.workout_id = logged.workout_id
    left join worked on timed_workouts.workout_id = worked.workout_id
    left join broken_records on timed_workouts.workout_id = broken_records.workout_id
)

select * from workout_summary
order by
    started_at desc nulls last,
    workout_id asc
