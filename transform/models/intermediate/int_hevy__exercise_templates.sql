{{ per_bucket('intermediate') -}}
with templates as (
    select * from {{ ref('stg_hevy__exercise_templates') }}{{ where_changed() }}
),

library as (
    select * from {{ ref('exercise_library') }}
),

exercises as (
    select * from {{ ref('stg_hevy__exercises') }}{{ where_changed() }}
),

missing as (
    select{{ account('exercises') }}
        exercises.exercise_template_id,
        min(exercises.exercise_title) as exercise_name
    from exercises
    left join templates
        on
            exercises.exercise_template_id = templates.exercise_template_id
                {{- same_account('exercises', 'templates') }}
    where
        exercises.exercise_template_id is not null
        and templates.exercise_template_id is null
    group by{{ account('exercises') }} exercises.exercise_template_id
),

of_account as (
    select{{ account() }}
        exercise_template_id,
        exercise_name,
        exercise_type,
        primary_muscle_group,
        {{ text_list('secondary_muscle_groups') }} as secondary_muscle_groups,
        is_custom,
        'account' as known_from
    from templates
),

of_library as (
    select{{ account('missing') }}
        missing.exercise_template_id,
        library.title as exercise_name,
        library.type as exercise_type,
        library.primary_muscle_group,
        {{ split_text('library.secondary_muscle_groups', ';') }} as secondary_muscle_groups,
        false as is_custom,
        'library' as known_from
    from missing
    inner join library on missing.exercise_template_id = library.id
),

-- an export makes the id of a name that the library does not have
of_export as (
    select{{ account() }}
        exercise_template_id,
        exercise_name,
        cast(null as string) as exercise_type,
        'other' as primary_muscle_group,
        {{ text_list('null') }} as secondary_muscle_groups,
        true as is_custom,
        'export' as known_from
    from missing
    where {{ is_of_export('exercise_template_id') }}
),

exercise_templates as (
    select * from of_account
    union all
    select * from of_library
    union all
    select * from of_export
)

select * from exercise_templates
