-- the exercises, that of most days first, each number as a list of values, one a day; of a life's
-- log all days are shown, of a larger one the newest; days count from 1970-01-01
with exercise_progress as (
    select * from {{ ref('exercise_progress') }}
),

newest_days as (
    select * from exercise_progress
    order by
        workout_date desc,
        exercise_template_id asc
    limit 50000
)

select
    exercise_template_id as id,
    any_value(exercise_name) as name,
    any_value(exercise_type) as type,
    list(workout_date - date '1970-01-01' order by workout_date) as days,
    {%- for name, value in [
        ('sets', 'hard_sets'),
        ('estimate_kg', 'round(epley_1rm_kg, 1)'),
        ('top_kg', 'round(top_weight_kg, 2)'),
        ('volume_kg', 'round(volume_kg, 1)'),
        ('reps', 'reps'),
        ('seconds', 'duration_seconds'),
        ('meters', 'round(distance_meters, 1)'),
        ('custom', 'custom_metric'),
        ('best_kg', 'round(best_set_weight_kg, 2)'),
        ('best_reps', 'best_set_reps')
    ] %}
    case
        when count({{ value }}) > 0 then list({{ value }} order by workout_date)
    end as {{ name }}{{ '' if loop.last else ',' }}
    {%- endfor %}
from newest_days
group by exercise_template_id
order by
    count(*) desc,
    name asc,
    id asc
