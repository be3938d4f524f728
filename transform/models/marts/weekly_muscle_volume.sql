{{ per_bucket('marts') -}}
with exercise_progress as (
    select * from {{ ref('exercise_progress') }}{{ where_changed() }}
),

performed_exercises as (
    select * from {{ ref('int_hevy__performed_exercises') }}{{ where_changed() }}
),

named_muscles as (
    select{{ account() }}
        exercise_template_id,
        primary_muscle_group as muscle_group,
        'primary' as muscle_role
    from performed_exercises

    union all

    select{{ account('performed_exercises') }}
        performed_exercises.exercise_template_id,
        secondary_muscles.muscle_group,
        'secondary' as muscle_role
    from performed_exercises
    {{ cross_join_items(
        text_list('performed_exercises.secondary_muscle_groups'),
        'secondary_muscles',
        'muscle_group'
    ) }}
),

-- a muscle group that is named twice counts once, as the primary one if it is among them
muscles as (
    select{{ account() }}
        exercise_template_id,
        muscle_group,
        min(muscle_role) as muscle_role
    from named_muscles
    where muscle_group is not null
    group by{{ account() }}
        exercise_template_id,
        muscle_group
),

muscle_days as (
    select{{ account('exercise_progress') }}
        cast(date_trunc('week', exercise_progress.workout_date) as date) as week_started_on,
        muscles.muscle_group,
        case
            when muscles.muscle_role = 'primary' then exercise_progress.hard_sets
        end as primary_sets,
        case
            when muscles.muscle_role = 'secondary' then exercise_progress.hard_sets
        end as secondary_sets,
        case
            when muscles.muscle_role = 'primary' then exercise_progress.volume_kg
        end as primary_kg,
        case
            when muscles.muscle_role = 'secondary' then exercise_progress.volume_kg
        end as secondary_kg
    from exercise_progress
    inner join muscles
        on
            exercise_progress.exercise_template_id
            = muscles.exercise_template_id{{ same_account('exercise_progress', 'muscles') }}
),

weeks as (
    select{{ account() }}
        week_started_on,
        muscle_group,
        coalesce(cast(sum(primary_sets) as bigint), 0) as primary_sets,
        coalesce(cast(sum(secondary_sets) as bigint), 0) as secondary_sets,
        coalesce({{ exact_sum('primary_kg') }}, 0) as primary_kg,
        coalesce({{ exact_sum('secondary_kg') }}, 0) as secondary_kg
    from muscle_days
    group by{{ account() }}
        week_started_on,
        muscle_group
),

shared_weeks as (
    select
        *,
        {{ var('secondary_muscle_share') }} * secondary_sets as shared_sets,
        {{ var('secondary_muscle_share') }} * secondary_kg as shared_kg
    from weeks
),

weekly_muscle_volume as (
    select{{ account() }}
        week_started_on,
        muscle_group,
        primary_sets,
        secondary_sets,
        cast(primary_sets + shared_sets as double) as hard_sets,
        cast(primary_kg + shared_kg as double) as tonnage_kg
    from shared_weeks
)

select * from weekly_muscle_volume
order by{{ account() }}
    week_started_on desc,
    hard_sets desc,
    muscle_group asc
