-- the newest workouts; days count from 1970-01-01
with workout_summary as (
    select * from {{ ref('workout_summary') }}
)

select
    workout_date - date '1970-01-01' as day,
    workout_title as title,
    duration_seconds as seconds,
    exercises,
    sets,
    hard_sets,
    round(volume_kg, 1) as volume_kg,
    records
from workout_summary
where {{ is_a_day('workout_date') }}
order by
    started_at desc nulls last,
    workout_id asc
limit 60
