with hard_sets as (
    select * from {{ ref('int_hevy__hard_sets') }}
),

performed_exercises as (
    select * from {{ ref('int_hevy__performed_exercises') }}
),

{%- set types = [
    ('heaviest_weight', 'kg'),
    ('least_assistance', 'kg'),
    ('best_estimated_1rm', 'kg'),
    ('best_set_volume', 'kg'),
    ('longest_duration', 's'),
    ('longest_distance', 'm'),
    ('most_floors', 'floors'),
    ('most_steps', 'steps')
] %}

-- the greater score is the better one, so assistance counts negative
scored_sets as (
    select
        hard_sets.exercise_template_id,
        hard_sets.workout_date,
        hard_sets.started_at,
        hard_sets.workout_id,
        hard_sets.set_id,
        hard_sets.weight_kg,
        hard_sets.reps,
        hard_sets.volume_kg,
        {{ score('hard_sets.weight_kg', "performed_exercises.weight_is <> 'assistance'") }}
            as heaviest_weight,
        case
            when performed_exercises.weight_is = 'assistance' then round(-hard_sets.weight_kg, 2)
        end as least_assistance,
        {{ score(epley_1rm('hard_sets.load_kg', 'hard_sets.reps')) }} as best_estimated_1rm,
        {{ score('hard_sets.volume_kg') }} as best_set_volume,
        {{ score('hard_sets.duration_seconds') }} as longest_duration,
        {{ score('hard_sets.distance_meters') }} as longest_distance,
        {{ score('hard_sets.custom_metric', "performed_exercises.custom_metric_is = 'floors'") }}
            as most_floors,
        {{ score('hard_sets.custom_metric', "performed_exercises.custom_metric_is = 'steps'") }}
            as most_steps,
        {{ score('hard_sets.reps') }} as most_reps,
        round(hard_sets.weight_kg, 2) as at_weight_kg
    from hard_sets
    inner join performed_exercises
        on hard_sets.exercise_template_id = performed_exercises.exercise_template_id
    where {{ is_a_day('hard_sets.workout_date') }}
),

-- only the best of a workout can set a record
workout_bests as (
    select
        exercise_template_id,
        workout_date,
        started_at,
        workout_id,
        {%- for record_type, unit in types %}
        max({{ record_type }}) as {{ record_type }},
        {%- endfor %}
        {{ score(exact_sum('volume_kg')) }} as best_session_volume
    from scored_sets
    group by
        exercise_template_id,
        workout_date,
        started_at,
        workout_id
),

compared_bests as (
    select
        *,
        {%- for record_type, unit in types + [('best_session_volume', 'kg')] %}
        max({{ record_type }}) over earlier_workouts
            as {{ record_type }}_to_beat{{ '' if loop.last else ',' }}
        {%- endfor %}
    from workout_bests
    window earlier_workouts as (
        partition by exercise_template_id
        order by
            started_at asc,
            workout_id asc
        rows between unbounded preceding and 1 preceding
    )
),

rep_bests as (
    select
        exercise_template_id,
        at_weight_kg,
        workout_date,
        started_at,
        workout_id,
        max(most_reps) as most_reps
    from scored_sets
    group by
        exercise_template_id,
        at_weight_kg,
        workout_date,
        started_at,
        workout_id
),

compared_rep_bests as (
    select
        *,
        max(most_reps) over (
            partition by exercise_template_id, at_weight_kg
            order by
                started_at asc,
                workout_id asc
            rows between unbounded preceding and 1 preceding
        ) as most_reps_to_beat
    from rep_bests
),

records as (
    {%- for record_type, unit in types + [('best_session_volume', 'kg')] %}
    select
        '{{ record_type }}' as record_type,
        '{{ unit }}' as unit,
        cast(null as double) as at_weight_kg,
        {{ record_type }} as score,
        {{ record_type }}_to_beat as score_to_beat,
        exercise_template_id,
        workout_date,
        started_at,
        workout_id
    from compared_bests
    where {{ record_type }} > coalesce({{ record_type }}_to_beat, cast('-infinity' as double))

    union all
    {% endfor %}
    select
        'most_reps' as record_type,
        'reps' as unit,
        at_weight_kg,
        most_reps as score,
        most_reps_to_beat as score_to_beat,
        exercise_template_id,
        workout_date,
        started_at,
        workout_id
    from compared_rep_bests
    where most_reps > coalesce(most_reps_to_beat, 0)
),

-- the set of a record is the first, by its id, of those that reach it; a session volume has none
record_sets as (
    select
        records.record_type,
        records.exercise_template_id,
        records.at_weight_kg,
        records.workout_id,
        min(struct_pack(
            set_id := scored_sets.set_id,
            weight_kg := scored_sets.weight_kg,
            reps := scored_sets.reps
        )) as best_set
    from scored_sets
    inner join records
        on
            scored_sets.workout_id = records.workout_id
            and scored_sets.exercise_template_id = records.exercise_template_id
    where
        {%- for record_type, unit in types %}
        (
            records.record_type = '{{ record_type }}'
            and scored_sets.{{ record_type }} = records.score
        )
        or
        {%- endfor %}
        (
            records.record_type = 'most_reps'
            and scored_sets.most_reps = records.score
            and scored_sets.at_weight_kg is not distinct from records.at_weight_kg
        )
    group by
        records.record_type,
        records.exercise_template_id,
        records.at_weight_kg,
        records.workout_id
),

dated_records as (
    select
        *,
        lag(workout_date) over records_in_turn as previous_achieved_on,
        lead(workout_date) over records_in_turn as beaten_on
    from records
    window records_in_turn as (
        partition by exercise_template_id, record_type, at_weight_kg
        order by
            started_at asc,
            workout_id asc
    )
),

personal_records as (
    select
        dated_records.workout_date as achieved_on,
        dated_records.exercise_template_id,
        performed_exercises.exercise_name,
        dated_records.record_type,
        dated_records.at_weight_kg,
        abs(dated_records.score) as value,
        dated_records.unit,
        abs(dated_records.score_to_beat) as previous_value,
        dated_records.previous_achieved_on,
        dated_records.beaten_on is null as is_current,
        dated_records.workout_id,
        record_sets.best_set.set_id as set_id,
        record_sets.best_set.weight_kg as weight_kg,
        record_sets.best_set.reps as reps
    from dated_records
    inner join performed_exercises
        on dated_records.exercise_template_id = performed_exercises.exercise_template_id
    left join record_sets
        on
            dated_records.record_type = record_sets.record_type
            and dated_records.exercise_template_id = record_sets.exercise_template_id
            and dated_records.at_weight_kg is not distinct from record_sets.at_weight_kg
            and dated_records.workout_id = record_sets.workout_id
)

select * from personal_records
order by
    achieved_on desc,
    exercise_name asc nulls last,
    exercise_template_id asc,
    record_type asc,
    at_weight_kg desc nulls last,
    workout_id asc
