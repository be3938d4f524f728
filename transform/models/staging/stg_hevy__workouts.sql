with source as (
    select * from {{ source('hevy_raw', 'workouts') }}{{ at_version('workouts') }}
),

renamed as (
    select{{ account() }}
        ---------- ids
        id as workout_id,
        routine_id,

        ---------- text
        title as workout_title,
        description as workout_description,

        ---------- times
        {{ in_utc('start_time') }} as started_at,
        {{ in_utc('end_time') }} as ended_at,
        {{ local_day(in_utc('start_time'), env_var('PIPELINE_TIMEZONE', 'UTC')) }} as workout_date,
        {{ in_utc('created_at') }} as created_at,
        {{ in_utc('updated_at') }} as updated_at,

        ---------- metadata
        _dlt_load_id,
        _dlt_id
    from source
)

select * from renamed
