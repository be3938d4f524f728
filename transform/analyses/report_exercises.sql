-- the exercises, those with most days first, each number as a list with one value per day; only the
-- newest report_exercise_days days, so that the page stays small; days count from 1970-01-01
with exercise_progress as (
    select * from {{ ref('exercise_progress') }}
),

newest_days as (
    select * from exercise_progress
    order by
        workout_date desc,
        exercise_template_id asc
    limit {{ var('report_exercise_days') }}
),

{%- set numbers = [
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

-- one list of structs, sorted by its first field, takes a tenth of the memory of a list per number
exercises as (
    select
        exercise_template_id as id,
        any_value(exercise_name) as name,
        any_value(exercise_type) as type,
        list_sort(list(struct_pack(
            day := workout_date - date '1970-01-01',
            {%- for name, value in numbers %}
            {{ name }} := {{ value }}{{ '' if loop.last else ',' }}
            {%- endfor %}
        ))) as days
    from newest_days
    group by exercise_template_id
)

select
    id,
    name,
    type,
    list_transform(days, lambda one: one.day) as days,
    {%- for name, value in numbers %}
    case
        when list_count(list_transform(days, lambda one: one.{{ name }})) > 0
            then list_transform(days, lambda one: one.{{ name }})
    end as {{ name }}{{ '' if loop.last else ',' }}
    {%- endfor %}
from exercises
order by
    len(exercises.days) desc,
    name asc,
    id asc
