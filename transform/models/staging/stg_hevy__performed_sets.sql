with source as (
    select * from {{ source('hevy_raw', 'workouts__exercises__sets') }}
),

-- asked of the raw values: one that staging cannot read is a weight or reps all the same
renamed as (
    select
        ---------- ids
        _dlt_id as set_id
    from source
    where
        weight_kg is not null
        or reps is not null
)

select * from renamed
