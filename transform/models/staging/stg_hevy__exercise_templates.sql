with source as (
    select * from {{ source('hevy_raw', 'exercise_templates') }}
        {{- at_version('exercise_templates') }}
),

renamed as (
    select{{ account() }}
        ---------- ids
        id as exercise_template_id,

        ---------- text
        title as exercise_name,
        type as exercise_type,
        primary_muscle_group,
        secondary_muscle_groups,

        ---------- booleans
        try_cast(is_custom as boolean) as is_custom,

        ---------- metadata
        _dlt_load_id,
        _dlt_id
    from source
)

select * from renamed
