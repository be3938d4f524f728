-- Sets with a weight or reps that the mart loses or repeats.
with raw_sets as (
    select * from {{ source('hevy_raw', 'workouts__exercises__sets') }}
        {{- at_version('workouts__exercises__sets') }}
        {{- where_tested() }}
),

daily_exercises as (
    select * from {{ ref('daily_exercises') }}{{ where_tested() }}
),

copies as (
    select{{ account() }}
        set_id,
        count(*) as times_in_mart
    from daily_exercises
    group by{{ account() }} set_id
),

compared as (
    select{{ account('raw_sets') }}
        raw_sets._dlt_id as set_id,
        raw_sets.weight_kg,
        raw_sets.reps,
        coalesce(copies.times_in_mart, 0) as times_in_mart
    from raw_sets
    left join copies
        on raw_sets._dlt_id = copies.set_id{{ same_account('raw_sets', 'copies') }}
    where
        {{ was_sent('weight_kg', 'raw_sets') }}
        or {{ was_sent('reps', 'raw_sets') }}
)

select * from compared
where times_in_mart <> 1
