{{ config(materialized='view') -}}
{{ per_bucket('intermediate') }}

with sets as (
    select * from {{ ref('stg_hevy__sets') }}{{ where_changed() }}
),

exercises as (
    select * from {{ ref('stg_hevy__exercises') }}{{ where_changed() }}
),

workouts as (
    select * from {{ ref('stg_hevy__workouts') }}{{ where_changed() }}
),

performed_exercises as (
    select * from {{ ref('int_hevy__performed_exercises') }}{{ where_changed() }}
),

working_sets as (
    select{{ account() }}
        set_id,
        exercise_id,
        {{ measure('weight_kg') }} as weight_kg,
        {{ measure('reps') }} as reps,
        {{ measure('duration_seconds') }} as duration_seconds,
        {{ measure('distance_meters') }} as distance_meters,
        {{ measure('custom_metric') }} as custom_metric
    from sets
    where coalesce(set_type, 'normal') <> 'warmup'
),

measured_sets as (
    select{{ account('working_sets') }}
        working_sets.set_id,
        exercises.workout_id,
        performed_exercises.exercise_template_id,
        performed_exercises.weight_is,
        case
            when performed_exercises.weight_is = 'added' then coalesce(working_sets.weight_kg, 0)
            when performed_exercises.weight_is <> 'nothing' then working_sets.weight_kg
        end as weight_kg,
        case when performed_exercises.has_reps then working_sets.reps end as reps,
        case
            when performed_exercises.has_duration then working_sets.duration_seconds
        end as duration_seconds,
        case
            when performed_exercises.has_distance then working_sets.distance_meters
        end as distance_meters,
        case
            when performed_exercises.custom_metric_is <> 'nothing' then working_sets.custom_metric
        end as custom_metric
    from working_sets
    inner join exercises
        on working_sets.exercise_id = exercises.exercise_id
            {{- same_account('working_sets', 'exercises') }}
    inner join performed_exercises
        on
            {{ exercise_key('exercises') }}
            = performed_exercises.exercise_template_id
                {{- same_account('exercises', 'performed_exercises') }}
    where
        working_sets.reps > 0
        or working_sets.duration_seconds > 0
        or working_sets.distance_meters > 0
        or working_sets.custom_metric > 0
),

lifted_sets as (
    select
        *,
        case when weight_is = 'assistance' then -weight_kg else weight_kg end as strength_kg,
        case when weight_is in ('load', 'added') then weight_kg * reps end as volume_kg,
        case when weight_is = 'load' and weight_kg > 0 and reps > 0 then weight_kg end as load_kg
    from measured_sets
),

hard_sets as (
    select{{ account('lifted_sets') }}
        lifted_sets.set_id,
        lifted_sets.workout_id,
        lifted_sets.exercise_template_id,
        workouts.workout_date,
        lifted_sets.weight_kg,
        lifted_sets.reps,
        lifted_sets.duration_seconds,
        lifted_sets.distance_meters,
        lifted_sets.custom_metric,
        lifted_sets.strength_kg,
        lifted_sets.load_kg,
        lifted_sets.volume_kg
    from lifted_sets
    inner join workouts
        on lifted_sets.workout_id = workouts.workout_id{{ same_account('lifted_sets', 'workouts') }}
)

select * from hard_sets
