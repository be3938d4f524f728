-- the body measures that there are, weight first, each with its days and values, oldest first; days
-- count from 1970-01-01
with body_weight as (
    select * from {{ ref('body_weight') }}
),

{%- set measures = [
    'weight_kg',
    'four_week_mean_kg',
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

measured as (
    {%- for measure in measures %}
    select
        {{ loop.index }} as position,
        '{{ measure }}' as measure,
        measured_on - date '1970-01-01' as day,
        round({{ measure }}, 2) as value
    from body_weight
    where {{ measure }} is not null
    {%- if not loop.last %}

    union all
    {% endif %}
    {%- endfor %}
)

select
    measure,
    list(day order by day asc) as days,
    list(value order by day asc) as sizes
from measured
group by
    position,
    measure
order by position asc
