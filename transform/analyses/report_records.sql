-- the current records (most repetitions only at the heaviest weights) and those that beat another,
-- newest first; days count from 1970-01-01
with personal_records as (
    select * from {{ ref('personal_records') }}
),

ranked_records as (
    select
        *,
        row_number() over (
            partition by exercise_template_id, record_type, is_current
            order by
                at_weight_kg desc nulls last,
                achieved_on desc,
                workout_id desc
        ) as weight_rank
    from personal_records
    where
        is_current
        or (previous_value is not null and record_type <> 'most_reps')
)

select
    exercise_template_id as exercise,
    record_type as type,
    at_weight_kg as at_kg,
    value,
    unit,
    achieved_on - date '1970-01-01' as day,
    previous_value as previous,
    is_current as stands
from ranked_records
where
    record_type <> 'most_reps'
    or weight_rank <= {{ var('report_weights') }}
order by
    achieved_on desc,
    exercise_name asc,
    record_type asc,
    at_weight_kg desc
