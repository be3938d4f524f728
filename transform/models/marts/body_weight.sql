with body_measurements as (
    select * from {{ ref('stg_hevy__body_measurements') }}
),

{%- set others = [
    'fat_percent',
    'lean_mass_kg',
    'neck_cm',
    'shoulder_cm',
    'chest_cm',
    'left_bicep_cm',
    'right_bicep_cm',
    'left_forearm_cm',
    'right_forearm_cm',
    'abdomen_cm',
    'waist_cm',
    'hips_cm',
    'left_thigh_cm',
    'right_thigh_cm',
    'left_calf_cm',
    'right_calf_cm'
] %}

-- dates that are written in two ways are one day
ranked_measurements as (
    select
        *,
        row_number() over (
            partition by measured_on
            order by
                created_at desc nulls last,
                _dlt_id asc
        ) as newest_rank
    from body_measurements
    where {{ is_a_day('measured_on') }}
),

days as (
    select
        measured_on,
        {%- for column in others %}
        {{ body_measure(column) }} as {{ column }},
        {%- endfor %}
        {{ body_measure('weight_kg') }} as weight_kg
    from ranked_measurements
    where newest_rank = 1
),

weighings as (
    select
        measured_on,
        weight_kg,
        lag(measured_on) over (order by measured_on) as previous_on,
        lag(weight_kg) over (order by measured_on) as previous_kg,
        sum(cast(weight_kg as decimal(38, 6))) over four_weeks / count(*) over four_weeks as mean_kg
    from days
    where weight_kg is not null
    window four_weeks as (
        order by measured_on
        range between interval 27 days preceding and current row
    )
),

body_weight as (
    select
        days.measured_on,
        days.weight_kg,
        round(weighings.weight_kg - weighings.previous_kg, 6) as weight_change_kg,
        weighings.measured_on - weighings.previous_on as days_since_previous,
        round(cast(weighings.mean_kg as double), 6) as four_week_mean_kg,
        days.fat_percent,
        days.lean_mass_kg,
        days.neck_cm,
        days.shoulder_cm,
        days.chest_cm,
        days.left_bicep_cm,
        days.right_bicep_cm,
        days.left_forearm_cm,
        days.right_forearm_cm,
        days.abdomen_cm,
        days.waist_cm,
        days.hips_cm,
        days.left_thigh_cm,
        days.right_thigh_cm,
        days.left_calf_cm,
        days.right_calf_cm
    from days
    left join weighings on days.measured_on = weighings.measured_on
)

select * from body_weight
order by measured_on desc
