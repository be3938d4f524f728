with hard_sets as (
    select * from {{ ref('int_hevy__hard_sets') }}
),

performed_exercises as (
    select * from {{ ref('int_hevy__performed_exercises') }}
),

dated_sets as (
    select * from hard_sets
    where {{ is_a_day('workout_date') }}
),

-- only the first of equal sets can set a record; rows are compared from left to right
efforts as (
    select
        exercise_template_id,
        weight_kg,
        reps,
        duration_seconds,
        distance_meters,
        custom_metric,
        min(load_kg) as load_kg,
        min(volume_kg) as volume_kg,
        min(struct_pack(
            started_at := started_at,
            workout_id := workout_id,
            set_id := set_id,
            workout_date := workout_date
        )) as first_set
    from dated_sets
    group by
        exercise_template_id,
        weight_kg,
        reps,
        duration_seconds,
        distance_meters,
        custom_metric
),

measured_efforts as (
    select
        efforts.*,
        {{ epley_1rm('efforts.load_kg', 'efforts.reps') }} as epley_1rm_kg,
        case
            when performed_exercises.weight_is = 'assistance' then efforts.weight_kg
        end as assistance_kg,
        case
            when performed_exercises.weight_is <> 'assistance' then efforts.weight_kg
        end as lifted_kg,
        case
            when performed_exercises.custom_metric_is = 'floors' then efforts.custom_metric
        end as floors,
        case
            when performed_exercises.custom_metric_is = 'steps' then efforts.custom_metric
        end as steps
    from efforts
    inner join performed_exercises
        on efforts.exercise_template_id = performed_exercises.exercise_template_id
),

sessions as (
    select
        exercise_template_id,
        workout_date,
        started_at,
        workout_id,
        {{ exact_sum('volume_kg') }} as volume_kg
    from dated_sets
    group by
        exercise_template_id,
        workout_date,
        started_at,
        workout_id
),

-- the greater score is the better one, so assistance counts negative
scores as (
    {%- for record_type, unit, score, at_weight_kg in [
        ('heaviest_weight', 'kg', 'lifted_kg', 'null'),
        ('least_assistance', 'kg', '-assistance_kg', 'null'),
        ('best_estimated_1rm', 'kg', 'epley_1rm_kg', 'null'),
        ('most_reps', 'reps', 'reps', 'weight_kg'),
        ('best_set_volume', 'kg', 'volume_kg', 'null'),
        ('longest_duration', 's', 'duration_seconds', 'null'),
        ('longest_distance', 'm', 'distance_meters', 'null'),
        ('most_floors', 'floors', 'floors', 'null'),
        ('most_steps', 'steps', 'steps', 'null')
    ] %}
    select
        exercise_template_id,
        '{{ record_type }}' as record_type,
        round(cast({{ at_weight_kg }} as double), 2) as at_weight_kg,
        round(cast({{ score }} as double), 2) as score,
        '{{ unit }}' as unit,
        first_set.workout_date,
        first_set.started_at,
        first_set.workout_id,
        first_set.set_id,
        weight_kg,
        reps
    from measured_efforts

    union all
    {% endfor %}
    select
        exercise_template_id,
        'best_session_volume' as record_type,
        cast(null as double) as at_weight_kg,
        round(volume_kg, 2) as score,
        'kg' as unit,
        workout_date,
        started_at,
        workout_id,
        cast(null as varchar) as set_id,
        cast(null as double) as weight_kg,
        cast(null as bigint) as reps
    from sessions
),

compared as (
    select
        *,
        max(score) over (
            partition by exercise_template_id, record_type, at_weight_kg
            order by started_at asc, workout_id asc, score desc, set_id asc
            rows between unbounded preceding and 1 preceding
        ) as score_to_beat
    from scores
    where
        score > 0
        or (record_type = 'least_assistance' and score is not null)
),

records as (
    select
        *,
        lag(workout_date) over (
            partition by exercise_template_id, record_type, at_weight_kg
            order by started_at asc, workout_id asc
        ) as previous_achieved_on,
        lead(workout_date) over (
            partition by exercise_template_id, record_type, at_weight_kg
            order by started_at asc, workout_id asc
        ) as beaten_on
    from compared
    where
        score_to_beat is null
        or score > score_to_beat
),

personal_records as (
    select
        records.workout_date as achieved_on,
        records.exercise_template_id,
        performed_exercises.exercise_name,
        records.record_type,
        records.at_weight_kg,
        abs(records.score) as value,
        records.unit,
        abs(records.score_to_beat) as previous_value,
        records.previous_achieved_on,
        records.beaten_on is null as is_current,
        records.workout_id,
        records.set_id,
        records.weight_kg,
        records.reps
    from records
    inner join performed_exercises
        on records.exercise_template_id = performed_exercises.exercise_template_id
)

select * from personal_records
order by
    achieved_on desc,
    exercise_name asc nulls last,
    exercise_template_id asc,
    record_type asc,
    at_weight_kg desc nulls last,
    workout_id asc
