-- Marts that lose or repeat hard sets, with the number that they have.
with hard_sets as (
    select * from {{ ref('int_hevy__hard_sets') }}{{ where_tested() }}
),

exercise_progress as (
    select * from {{ ref('exercise_progress') }}{{ where_tested() }}
),

weekly_muscle_volume as (
    select * from {{ ref('weekly_muscle_volume') }}{{ where_tested() }}
),

workout_summary as (
    select * from {{ ref('workout_summary') }}{{ where_tested() }}
),

training_calendar as (
    select * from {{ ref('training_calendar') }}{{ where_tested() }}
),

there_are as (
    select{{ account() }}
        count(*) as all_sets,
        count(case when {{ is_a_day('workout_date') }} then set_id end) as dated_sets
    from hard_sets{{ group_by_account() }}
),

expected as (
    select{{ account('there_are') }}
        marts.mart,
        case
            when marts.mart = 'workout_summary' then there_are.all_sets
            else there_are.dated_sets
        end as sets_there_are
    from there_are
    cross join (
        values
        ('exercise_progress'),
        ('weekly_muscle_volume'),
        ('training_calendar'),
        ('workout_summary')
    ) as marts (mart)
),

counted as (
    select{{ account() }}
        'exercise_progress' as mart,
        coalesce(sum(hard_sets), 0) as sets_in_mart
    from exercise_progress{{ group_by_account() }}

    union all

    select{{ account() }}
        'weekly_muscle_volume' as mart,
        coalesce(sum(primary_sets), 0) as sets_in_mart
    from weekly_muscle_volume{{ group_by_account() }}

    union all

    select{{ account() }}
        'training_calendar' as mart,
        coalesce(sum(hard_sets), 0) as sets_in_mart
    from training_calendar{{ group_by_account() }}

    union all

    select{{ account() }}
        'workout_summary' as mart,
        coalesce(sum(hard_sets), 0) as sets_in_mart
    from workout_summary{{ group_by_account() }}
),

-- an account may be missing in a mart, or be in a mart alone
compared as (
    select
        coalesce(counted.mart, expected.mart) as mart,
        coalesce(counted.sets_in_mart, 0) as sets_in_mart,
        coalesce(expected.sets_there_are, 0) as sets_there_are
    from expected
    full outer join counted
        on expected.mart = counted.mart{{ same_account('expected', 'counted') }}
)

select * from compared
where sets_in_mart <> sets_there_are
