with source as (
    select * from {{ source('hevy_optional', 'body_measurements') }}
        {{- at_version('body_measurements') }}
),

renamed as (
    select{{ account() }}
        ---------- ids
        id as measurement_id,

        ---------- numbers
        {%- for measure in var('body_measures') %}
        try_cast({{ measure.raw }} as double) as {{ measure.column }},
        {%- endfor %}

        ---------- times
        {{ day_of('date') }} as measured_on,
        {{ in_utc('created_at') }} as created_at,

        ---------- metadata
        _dlt_load_id,
        _dlt_id
    from source
)

select * from renamed
