-- Sets with a weight or reps that the mart loses or repeats.
with raw_sets as (
    select * from {{ source('hevy_raw', 'workouts__exercises__sets') }}
),

daily_exercises as (
    select * from {{ ref('daily_exercises') }}
),

copies as (
    select
        set_id,
        count(*) as times_in_mart
    from daily_exercises
    group by set_id
),

compared as (
    select
        raw_sets._dlt_id as set_id,
        raw_sets.weight_kg,
        raw_sets.reps,
        coalesce(copies.times_in_mart, 0) as times_in_mart
    from raw_sets
    left join copies on raw_sets._dlt_id = copies.set_id
    where
        raw_sets.weight_kg is not null
        or raw_sets.reps is not null
)

select * from compared
where times_in_mart <> 1
