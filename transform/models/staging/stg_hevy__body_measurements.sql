with source as (
    select * from {{ source('hevy_optional', 'body_measurements') }}
),

renamed as (
    select
        ---------- ids
        id as measurement_id,

        ---------- numbers
        try_cast(weight_kg as double) as weight_kg,
        try_cast(lean_mass_kg as double) as lean_mass_kg,
        try_cast(fat_percent as double) as fat_percent,
        try_cast(neck_cm as double) as neck_cm,
        try_cast(shoulder_cm as double) as shoulder_cm,
        try_cast(chest_cm as double) as chest_cm,
        try_cast(left_bicep_cm as double) as left_bicep_cm,
        try_cast(right_bicep_cm as double) as right_bicep_cm,
        try_cast(left_forearm_cm as double) as left_forearm_cm,
        try_cast(right_forearm_cm as double) as right_forearm_cm,
        try_cast(abdomen as double) as abdomen_cm,
        try_cast(waist as double) as waist_cm,
        try_cast(hips as double) as hips_cm,
        try_cast(left_thigh as double) as left_thigh_cm,
        try_cast(right_thigh as double) as right_thigh_cm,
        try_cast(left_calf as double) as left_calf_cm,
        try_cast(right_calf as double) as right_calf_cm,

        ---------- times
        try_cast(date as date) as measured_on,
        {{ in_utc('created_at') }} as created_at,

        ---------- metadata
        _dlt_load_id,
        _dlt_id
    from source
)

select * from renamed
