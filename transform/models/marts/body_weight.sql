{{ per_bucket('marts') -}}
with body_measurements as (
    select * from {{ ref('stg_hevy__body_measurements') }}{{ where_changed() }}
),

{%- set measures = var('body_measures') %}
{%- set others = measures | rejectattr('column', 'equalto', 'weight_kg') | list %}

-- a day may be written in two ways
ranked_measurements as (
    select
        *,
        row_number() over (
            partition by{{ account() }} measured_on
            order by
                created_at desc nulls last,
                _dlt_id asc
        ) as newest_rank
    from body_measurements
    where {{ is_a_day('measured_on') }}
),

days as (
    select{{ account() }}
        {%- for measure in measures %}
        {{ body_measure(measure.column) }} as {{ measure.column }},
        {%- endfor %}
        measured_on
    from ranked_measurements
    where newest_rank = 1
),

weighings as (
    select{{ account() }}
        measured_on,
        weight_kg,
        lag(measured_on) over ({{ within_account() }}order by measured_on) as previous_on,
        lag(weight_kg) over ({{ within_account() }}order by measured_on) as previous_kg,
        {{ exact_sum('weight_kg', 'four_weeks') }} / count(*) over four_weeks as mean_kg
    from days
    where weight_kg is not null
    window four_weeks as (
        {{ within_account() }}order by measured_on
        range between interval 27 days preceding and current row
    )
),

body_weight as (
    select{{ account('days') }}
        days.measured_on,
        days.weight_kg,
        {{ rounded('(weighings.weight_kg - weighings.previous_kg)', 6) }} as weight_change_kg,
        {{ days_between('weighings.previous_on', 'weighings.measured_on') }} as days_since_previous,
        {{ rounded('weighings.mean_kg', 6) }} as four_week_mean_kg,
        {%- for measure in others %}
        days.{{ measure.column }}{{ '' if loop.last else ',' }}
        {%- endfor %}
    from days
    left join weighings
        on days.measured_on = weighings.measured_on{{ same_account('days', 'weighings') }}
)

select * from body_weight
order by{{ account() }} measured_on desc
