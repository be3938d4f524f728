-- the totals of what the page may show only in part, and the sets whose muscles nobody knows
with exercise_progress as (
    select * from {{ ref('exercise_progress') }}
),

exercise_templates as (
    select * from {{ ref('int_hevy__exercise_templates') }}
)

select
    count(*) as exercise_days,
    {{ var('report_weights') }} as weights,
    coalesce(cast(sum(exercise_progress.hard_sets) as bigint), 0) as hard_sets,
    coalesce(
        cast(sum(
            case
                when exercise_templates.known_from = 'export' then exercise_progress.hard_sets
            end
        ) as bigint),
        0
    ) as sets_without_muscle
from exercise_progress
left join exercise_templates
    on exercise_progress.exercise_template_id = exercise_templates.exercise_template_id
