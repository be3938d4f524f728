{{ per_bucket('intermediate') -}}
with exercises as (
    select * from {{ ref('stg_hevy__exercises') }}{{ where_changed() }}
),

workouts as (
    select * from {{ ref('stg_hevy__workouts') }}{{ where_changed() }}
),

exercise_templates as (
    select * from {{ ref('int_hevy__exercise_templates') }}{{ where_changed() }}
),

exercise_types as (
    select * from {{ ref('int_hevy__exercise_types') }}
),

titles as (
    select{{ account('exercises') }}
        {{ exercise_key('exercises') }} as exercise_template_id,
        exercises.exercise_title,
        max(workouts.started_at) as last_started_at
    from exercises
    inner join workouts
        on exercises.workout_id = workouts.workout_id{{ same_account('exercises', 'workouts') }}
    group by{{ account('exercises') }}
        {{ exercise_key('exercises') }},
        exercises.exercise_title
),

ranked_titles as (
    select{{ account() }}
        exercise_template_id,
        exercise_title,
        row_number() over (
            partition by{{ account() }} exercise_template_id
            order by
                last_started_at desc nulls last,
                exercise_title asc nulls last
        ) as title_rank
    from titles
),

-- an exercise without a known type has all numbers that its sets have
performed_exercises as (
    select{{ account('ranked_titles') }}
        ranked_titles.exercise_template_id,
        ranked_titles.exercise_title as exercise_name,
        exercise_templates.exercise_type,
        coalesce(exercise_types.weight_is, 'load') as weight_is,
        coalesce(exercise_types.has_reps, true) as has_reps,
        coalesce(exercise_types.has_duration, true) as has_duration,
        coalesce(exercise_types.has_distance, true) as has_distance,
        coalesce(exercise_types.custom_metric_is, 'nothing') as custom_metric_is,
        coalesce(exercise_templates.primary_muscle_group, 'unknown') as primary_muscle_group,
        exercise_templates.secondary_muscle_groups
    from ranked_titles
    left join exercise_templates
        on
            ranked_titles.exercise_template_id
            = exercise_templates.exercise_template_id
                {{- same_account('ranked_titles', 'exercise_templates') }}
    left join exercise_types
        on exercise_templates.exercise_type = exercise_types.exercise_type
    where ranked_titles.title_rank = 1
)

select * from performed_exercises
