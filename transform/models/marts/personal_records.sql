{{ per_bucket('marts') -}}
with workouts as (
    select * from {{ ref('stg_hevy__workouts') }}{{ where_changed() }}
),

hard_sets as (
    select * from {{ ref('int_hevy__hard_sets') }}{{ where_changed() }}
),

performed_exercises as (
    select * from {{ ref('int_hevy__performed_exercises') }}{{ where_changed() }}
),

{%- set set_types = [
    ('heaviest_weight', 'kg', 'strength_kg'),
    ('least_assistance', 'kg', 'strength_kg'),
    ('best_estimated_1rm', 'kg', 'estimated_1rm_kg'),
    ('best_set_volume', 'kg', 'volume_kg'),
    ('longest_duration', 's', 'duration_seconds'),
    ('longest_distance', 'm', 'distance_meters'),
    ('most_floors', 'floors', 'custom_metric'),
    ('most_steps', 'steps', 'custom_metric')
] %}
{%- set types = set_types + [('best_session_volume', 'kg', 'session_volume_kg')] %}

-- a number takes less memory per set, and less time to sort, than a time and an id
workouts_in_turn as (
    select{{ account() }}
        workout_id,
        workout_date,
        row_number() over (
            {{ within_account() }}order by
                started_at asc,
                workout_id asc
        ) as turn
    from workouts
    where {{ is_a_day('workout_date') }}
),

sets_in_turn as (
    select{{ account('hard_sets') }}
        hard_sets.exercise_template_id,
        workouts_in_turn.turn,
        hard_sets.set_id,
        hard_sets.weight_kg,
        hard_sets.reps,
        hard_sets.strength_kg,
        {{ epley_1rm('hard_sets.load_kg', 'hard_sets.reps') }} as estimated_1rm_kg,
        hard_sets.volume_kg,
        hard_sets.duration_seconds,
        hard_sets.distance_meters,
        hard_sets.custom_metric
    from hard_sets
    inner join workouts_in_turn
        on hard_sets.workout_id = workouts_in_turn.workout_id
            {{- same_account('hard_sets', 'workouts_in_turn') }}
),

-- only the best value of a workout can be a record
workout_bests as (
    select{{ account() }}
        exercise_template_id,
        turn,
        max(strength_kg) as strength_kg,
        max(estimated_1rm_kg) as estimated_1rm_kg,
        max(volume_kg) as volume_kg,
        {{ exact_sum('volume_kg') }} as session_volume_kg,
        max(duration_seconds) as duration_seconds,
        max(distance_meters) as distance_meters,
        max(custom_metric) as custom_metric
    from sets_in_turn
    group by{{ account() }}
        exercise_template_id,
        turn
),

-- a greater score is better, so assistance is negative
scored_bests as (
    select{{ account('workout_bests') }}
        workout_bests.exercise_template_id,
        workout_bests.turn,
        {{ score('workout_bests.strength_kg', "performed_exercises.weight_is <> 'assistance'") }}
            as heaviest_weight,
        case
            when performed_exercises.weight_is = 'assistance'
                then {{ rounded('workout_bests.strength_kg', 2) }}
        end as least_assistance,
        {{ score('workout_bests.estimated_1rm_kg') }} as best_estimated_1rm,
        {{ score('workout_bests.volume_kg') }} as best_set_volume,
        {{ score('workout_bests.session_volume_kg') }} as best_session_volume,
        {{ score('workout_bests.duration_seconds') }} as longest_duration,
        {{ score('workout_bests.distance_meters') }} as longest_distance,
        {{ score('workout_bests.custom_metric', "custom_metric_is = 'floors'") }} as most_floors,
        {{ score('workout_bests.custom_metric', "custom_metric_is = 'steps'") }} as most_steps
    from workout_bests
    inner join performed_exercises
        on
            workout_bests.exercise_template_id
            = performed_exercises.exercise_template_id
                {{- same_account('workout_bests', 'performed_exercises') }}
),

compared_bests as (
    select
        *,
        {%- for record_type, unit, number in types %}
        max({{ record_type }}) over earlier_workouts
            as {{ record_type }}_to_beat{{ '' if loop.last else ',' }}
        {%- endfor %}
    from scored_bests
    window earlier_workouts as (
        partition by{{ account() }} exercise_template_id
        order by turn
        rows between unbounded preceding and 1 preceding
    )
),

rep_bests as (
    select{{ account() }}
        exercise_template_id,
        {{ rounded('weight_kg', 2) }} as at_weight_kg,
        turn,
        {{ score('max(reps)') }} as most_reps
    from sets_in_turn
    group by{{ account() }}
        exercise_template_id,
        {{ rounded('weight_kg', 2) }},
        turn
),

compared_rep_bests as (
    select
        *,
        max(most_reps) over (
            partition by{{ account() }} exercise_template_id, at_weight_kg
            order by turn
            rows between unbounded preceding and 1 preceding
        ) as most_reps_to_beat
    from rep_bests
),

-- one row per workout, exercise and type, so that the bests are computed once
typed_bests as (
    select{{ account('compared_bests') }}
        record_types.record_type,
        record_types.unit,
        cast(null as double) as at_weight_kg,
        case record_types.record_type
            {%- for record_type, unit, number in types %}
            when '{{ record_type }}' then compared_bests.{{ record_type }}
            {%- endfor %}
        end as score,
        case record_types.record_type
            {%- for record_type, unit, number in types %}
            when '{{ record_type }}' then compared_bests.{{ record_type }}_to_beat
            {%- endfor %}
        end as score_to_beat,
        compared_bests.exercise_template_id,
        compared_bests.turn
    from compared_bests
    cross join (
        values
        {%- for record_type, unit, number in types %}
        ('{{ record_type }}', '{{ unit }}'){{ '' if loop.last else ',' }}
        {%- endfor %}
    ) as record_types (record_type, unit)
),

records as (
    select * from typed_bests
    where score > coalesce(score_to_beat, cast('-infinity' as double))

    union all

    select{{ account() }}
        'most_reps' as record_type,
        'reps' as unit,
        at_weight_kg,
        most_reps as score,
        most_reps_to_beat as score_to_beat,
        exercise_template_id,
        turn
    from compared_rep_bests
    where most_reps > coalesce(most_reps_to_beat, 0)
),

-- the set of a record is the one with the lowest id that reaches it; a session volume has none
record_sets as (
    select{{ account('records') }}
        records.record_type,
        records.exercise_template_id,
        records.at_weight_kg,
        records.turn,
        min({{ struct_of([
            ('set_id', 'sets_in_turn.set_id'),
            ('weight_kg', 'sets_in_turn.weight_kg'),
            ('reps', 'sets_in_turn.reps')
        ]) }}) as best_set
    from sets_in_turn
    inner join records
        on
            sets_in_turn.turn = records.turn
            and sets_in_turn.exercise_template_id = records.exercise_template_id
                {{- same_account('sets_in_turn', 'records') }}
    where
        {%- for record_type, unit, number in set_types %}
        (
            records.record_type = '{{ record_type }}'
            and {{ rounded('cast(sets_in_turn.' ~ number ~ ' as double)', 2) }} = records.score
        )
        or
        {%- endfor %}
        (
            records.record_type = 'most_reps'
            and sets_in_turn.reps = records.score
            and {{ rounded('sets_in_turn.weight_kg', 2) }} is not distinct from records.at_weight_kg
        )
    group by{{ account('records') }}
        records.record_type,
        records.exercise_template_id,
        records.at_weight_kg,
        records.turn
),

dated_records as (
    select
        records.*,
        workouts_in_turn.workout_id,
        workouts_in_turn.workout_date,
        lag(workouts_in_turn.workout_date) over records_in_turn as previous_achieved_on,
        lead(workouts_in_turn.workout_date) over records_in_turn as beaten_on
    from records
    inner join workouts_in_turn
        on records.turn = workouts_in_turn.turn{{ same_account('records', 'workouts_in_turn') }}
    window records_in_turn as (
        partition by{{ account('records') }}
            records.exercise_template_id,
            records.record_type,
            records.at_weight_kg
        order by records.turn
    )
),

personal_records as (
    select{{ account('dated_records') }}
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
        on
            dated_records.exercise_template_id
            = performed_exercises.exercise_template_id
                {{- same_account('dated_records', 'performed_exercises') }}
    left join record_sets
        on
            dated_records.record_type = record_sets.record_type
            and dated_records.exercise_template_id = record_sets.exercise_template_id
            and dated_records.at_weight_kg is not distinct from record_sets.at_weight_kg
            and dated_records.turn = record_sets.turn
                {{- same_account('dated_records', 'record_sets') }}
)

select * from personal_records
order by{{ account() }}
    case when previous_value is null then 1 else 0 end asc,
    achieved_on desc,
    exercise_name asc nulls last,
    exercise_template_id asc,
    record_type asc,
    at_weight_kg desc nulls last,
    workout_id asc
