with templates as (
    select * from {{ ref('stg_hevy__exercise_templates') }}
),

library as (
    select * from {{ ref('exercise_library') }}
),

exercises as (
    select * from {{ ref('stg_hevy__exercises') }}
),

missing as (
    select
        exercises.exercise_template_id,
        min(exercises.exercise_title) as exercise_name
    from exercises
    left join templates
        on exercises.exercise_template_id = templates.exercise_template_id
    where
        exercises.exercise_template_id is not null
        and templates.exercise_template_id is null
    group by exercises.exercise_template_id
),

of_account as (
    select
        exercise_template_id,
        exercise_name,
        exercise_type,
        primary_muscle_group,
        try_cast(secondary_muscle_groups as varchar []) as secondary_muscle_groups,
        is_custom,
        'account' as known_from
    from templates
),

of_library as (
    select
        missing.exercise_template_id,
        library.title as exercise_name,
        library.type as exercise_type,
        library.primary_muscle_group,
        string_split(library.secondary_muscle_groups, ';') as secondary_muscle_groups,
        false as is_custom,
        'library' as known_from
    from missing
    inner join library on missing.exercise_template_id = library.id
),

-- an export makes the id of a name that the library does not have
of_export as (
    select
        exercise_template_id,
        exercise_name,
        cast(null as varchar) as exercise_type,
        'other' as primary_muscle_group,
        cast(null as varchar []) as secondary_muscle_groups,
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
