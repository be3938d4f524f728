with source as (
    select * from {{ source('hevy_optional', 'user_info') }}{{ at_version('user_info') }}
),

renamed as (
    select{{ account() }}
        ---------- ids
        id as user_id,

        ---------- text
        name as user_name,
        url as profile_url,

        ---------- metadata
        _dlt_load_id,
        _dlt_id
    from source
)

select * from renamed
