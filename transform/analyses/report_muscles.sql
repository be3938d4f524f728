-- what each muscle group did in each week, newest first; days count from 1970-01-01
with weekly_muscle_volume as (
    select * from {{ ref('weekly_muscle_volume') }}
)

select
    week_started_on - date '1970-01-01' as week,
    muscle_group as muscle,
    hard_sets,
    round(tonnage_kg, 1) as volume_kg
from weekly_muscle_volume
order by
    week_started_on desc,
    muscle_group asc
