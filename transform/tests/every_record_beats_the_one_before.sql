-- Records that do not beat or do not follow the one before, and current records that were beaten.
with personal_records as (
    select * from {{ ref('personal_records') }}{{ where_tested() }}
),

standing as (
    select{{ account() }}
        exercise_template_id,
        record_type,
        at_weight_kg,
        max(achieved_on) as last_achieved_on
    from personal_records
    group by{{ account() }}
        exercise_template_id,
        record_type,
        at_weight_kg
),

compared as (
    select
        personal_records.*,
        standing.last_achieved_on
    from personal_records
    inner join standing
        on
            personal_records.exercise_template_id = standing.exercise_template_id
            and personal_records.record_type = standing.record_type
            and personal_records.at_weight_kg is not distinct from standing.at_weight_kg
                {{- same_account('personal_records', 'standing') }}
)

select * from compared
where
    (record_type <> 'least_assistance' and value <= previous_value)
    or (record_type = 'least_assistance' and value >= previous_value)
    or achieved_on < previous_achieved_on
    or (previous_value is null) <> (previous_achieved_on is null)
    or (is_current and achieved_on < last_achieved_on)
