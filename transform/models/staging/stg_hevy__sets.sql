with source as (
    select * from {{ source('hevy_raw', 'workouts__exercises__sets') }}
        {{- at_version('workouts__exercises__sets') }}
),

-- is_performed looks at the raw values: one that cannot be read is a weight or reps too
renamed as (
    select{{ account() }}
        ---------- ids
        _dlt_id as set_id,
        _dlt_parent_id as exercise_id,

        ---------- text
        type as set_type,

        ---------- numbers
        {{ whole_number('index') }} as set_index,
        try_cast(weight_kg as double) as weight_kg,
        {{ whole_number('reps') }} as reps,
        try_cast(distance_meters as double) as distance_meters,
        {{ whole_number('duration_seconds') }} as duration_seconds,
        try_cast(rpe as double) as rpe,
        try_cast(custom_metric as double) as custom_metric,

        ---------- booleans
        {{ was_sent('weight_kg') }} or {{ was_sent('reps') }} as is_performed,

        ---------- metadata
        _dlt_list_idx
    from source
)

select * from renamed
