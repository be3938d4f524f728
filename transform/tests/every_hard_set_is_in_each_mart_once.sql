-- Marts that lose or repeat hard sets, with the number that they have.
with hard_sets as (
    select * from {{ ref('int_hevy__hard_sets') }}
),

exercise_progress as (
    select * from {{ ref('exercise_progress') }}
),

weekly_muscle_volume as (
    select * from {{ ref('weekly_muscle_volume') }}
),

workout_summary as (
    select * from {{ ref('workout_summary') }}
),

training_calendar as (
    select * from {{ ref('training_calendar') }}
),

there_are as (
    select
        count(*) as all_sets,
        count(case when {{ is_a_day('workout_date') }} then set_id end) as dated_sets
    from hard_sets
),

counted as (
    select
        'exercise_progress' as mart,
        coalesce(sum(hard_sets), 0) as sets_in_mart
    from exercise_progress

    union all

    select
        'weekly_muscle_volume' as mart,
        coalesce(sum(primary_sets), 0) as sets_in_mart
    from weekly_muscle_volume

    union all

    select
        'training_calendar' as mart,
        coalesce(sum(hard_sets), 0) as sets_in_mart
    from training_calendar

    union all

    select
        'workout_summary' as mart,
        coalesce(sum(hard_sets), 0) as sets_in_mart
    from workout_summary
),

compared as (
    select
        counted.mart,
        counted.sets_in_mart,
        case
            when counted.mart = 'workout_summary' then there_are.all_sets
            else there_are.dated_sets
        end as sets_there_are
    from counted
    cross join there_are
)

select * from compared
where sets_in_mart <> sets_there_are
