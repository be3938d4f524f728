{{ per_bucket('marts') -}}
with hard_sets as (
    select * from {{ ref('int_hevy__hard_sets') }}{{ where_changed() }}
),

performed_exercises as (
    select * from {{ ref('int_hevy__performed_exercises') }}{{ where_changed() }}
),

-- above the limit of repetitions there is no estimate, but the set ranks as one at the limit
estimated_sets as (
    select
        *,
        {{ epley_1rm('load_kg', 'reps') }} as epley_1rm_kg,
        {{ brzycki_1rm('load_kg', 'reps') }} as brzycki_1rm_kg,
        {{ epley_1rm('load_kg', 'least(reps, ' ~ var('one_rep_max_reps') ~ ')') }} as effort_kg
    from hard_sets
    where {{ is_a_day('workout_date') }}
),

-- fields are compared from left to right, so that kilograms are never compared with metres; set_id
-- breaks ties. One row per day and exercise stays in memory, so it has no value twice
days as (
    select{{ account() }}
        workout_date,
        exercise_template_id,
        count(*) as hard_sets,
        cast(sum(reps) as bigint) as reps,
        {{ exact_sum('volume_kg') }} as volume_kg,
        abs(max(strength_kg)) as top_weight_kg,
        max(epley_1rm_kg) as epley_1rm_kg,
        max(brzycki_1rm_kg) as brzycki_1rm_kg,
        cast(sum(duration_seconds) as bigint) as duration_seconds,
        {{ exact_sum('distance_meters') }} as distance_meters,
        {{ exact_sum('custom_metric') }} as custom_metric,
        max({{ struct_of([
            ('by_effort', rank_of('effort_kg')),
            ('by_strength', rank_of('strength_kg')),
            ('by_repetitions', rank_of('reps')),
            ('by_distance', rank_of('distance_meters')),
            ('by_custom_metric', rank_of('custom_metric')),
            ('by_duration', rank_of(
                'case when distance_meters is null then duration_seconds else -duration_seconds end'
            )),
            ('set_id', 'set_id')
        ]) }}) as best_set
    from estimated_sets
    group by{{ account() }}
        workout_date,
        exercise_template_id
),

exercise_progress as (
    select{{ account('days') }}
        days.workout_date,
        days.exercise_template_id,
        performed_exercises.exercise_name,
        performed_exercises.exercise_type,
        days.hard_sets,
        days.reps,
        days.volume_kg,
        days.top_weight_kg,
        days.epley_1rm_kg,
        days.brzycki_1rm_kg,
        days.duration_seconds,
        days.distance_meters,
        days.custom_metric,
        days.best_set.set_id as best_set_id,
        {{ ranked('days.best_set.by_strength') }} as best_set_weight_kg,
        cast({{ ranked('days.best_set.by_repetitions') }} as bigint) as best_set_reps,
        cast({{ ranked('days.best_set.by_duration') }} as bigint) as best_set_duration_seconds,
        {{ ranked('days.best_set.by_distance') }} as best_set_distance_meters,
        {{ ranked('days.best_set.by_custom_metric') }} as best_set_custom_metric
    from days
    inner join performed_exercises
        on
            days.exercise_template_id
            = performed_exercises.exercise_template_id
                {{- same_account('days', 'performed_exercises') }}
)

select * from exercise_progress
order by{{ account() }}
    workout_date desc,
    exercise_name asc nulls last,
    exercise_template_id asc
