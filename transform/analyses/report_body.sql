-- the body measures that have values, weight first, each with its days and values, oldest first;
-- days count from 1970-01-01
with body_weight as (
    select * from {{ ref('body_weight') }}
),

{%- set measures = var('body_measures') + [{'column': 'four_week_mean_kg'}] %}

measured as (
    {%- for measure in measures %}
    select
        {{ loop.index }} as position,
        '{{ measure.column }}' as measure,
        measured_on - date '1970-01-01' as day,
        round({{ measure.column }}, 2) as value
    from body_weight
    where {{ measure.column }} is not null
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
