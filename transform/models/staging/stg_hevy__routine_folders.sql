with source as (
    select * from {{ source('hevy_optional', 'routine_folders') }}
        {{- at_version('routine_folders') }}
),

renamed as (
    select{{ account() }}
        ---------- ids
        id as folder_id,

        ---------- text
        title as folder_title,

        ---------- numbers
        {{ whole_number('index') }} as folder_index,

        ---------- times
        {{ in_utc('created_at') }} as created_at,
        {{ in_utc('updated_at') }} as updated_at,

        ---------- metadata
        _dlt_load_id,
        _dlt_id
    from source
)

select * from renamed
