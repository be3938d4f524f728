-- the muscle groups in each of the newest 104 weeks, which the page shows at most, newest first;
-- days count from 1970-01-01
with weekly_muscle_volume as (
    select * from {{ ref('weekly_muscle_volume') }}
),

newest as (
    select max(week_started_on) as week_started_on
    from weekly_muscle_volume
)

select
    weekly_muscle_volume.week_started_on - date '1970-01-01' as week,
    weekly_muscle_volume.muscle_group as muscle,
    weekly_muscle_volume.hard_sets,
    round(weekly_muscle_volume.tonnage_kg, 1) as volume_kg
from weekly_muscle_volume
cross join newest
where weekly_muscle_volume.week_started_on > newest.week_started_on - 104 * 7
order by
    week desc,
    muscle asc
