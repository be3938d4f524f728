with source as (
    select * from {{ source('hevy_raw', 'workouts__exercises') }}
        {{- at_version('workouts__exercises') }}
),

workouts as (
    select * from {{ ref('stg_hevy__workouts') }}
),

renamed as (
    select{{ account('source') }}
        ---------- ids
        source._dlt_id as exercise_id,
        workouts.workout_id,
        source.exercise_template_id,

        ---------- text
        source.title as exercise_title,
        source.notes as exercise_notes,

        ---------- numbers
        {{ whole_number('source.index') }} as exercise_index,
        coalesce(
            {{ whole_number('source.superset_id') }},
            {{ whole_number('source.supersets_id') }}
        ) as supersets_id,

        ---------- metadata
        source._dlt_list_idx
    from source
    left join workouts
        on source._dlt_parent_id = workouts._dlt_id{{ same_account('source', 'workouts') }}
)

select * from renamed
