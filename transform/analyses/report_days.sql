-- the days with a workout, newest first; days count from 1970-01-01
with training_calendar as (
    select * from {{ ref('training_calendar') }}
)

select
    workout_date - date '1970-01-01' as day,
    sessions,
    duration_seconds as seconds,
    hard_sets,
    round(volume_kg, 1) as volume_kg,
    records,
    streak_weeks
from training_calendar
order by workout_date desc
