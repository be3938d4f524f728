with workout_summary as (
    select * from {{ ref('workout_summary') }}
),

days as (
    select
        workout_date,
        cast(date_trunc('week', workout_date) as date) as week_started_on,
        count(*) as sessions,
        cast(sum(duration_seconds) as bigint) as duration_seconds,
        cast(sum(hard_sets) as bigint) as hard_sets,
        {{ exact_sum('volume_kg') }} as volume_kg,
        cast(sum(records) as bigint) as records
    from workout_summary
    where {{ is_a_day('workout_date') }}
    group by workout_date
),

compared_days as (
    select
        *,
        workout_date - lag(workout_date) over (order by workout_date) as days_since_previous,
        week_started_on - lag(week_started_on) over (order by workout_date) as days_between_weeks
    from days
),

-- a streak goes on if the day before, or a day in the same or the week before, has a workout
streaks as (
    select
        *,
        sum(case when days_since_previous = 1 then 0 else 1 end)
            over (order by workout_date) as day_streak,
        sum(case when days_between_weeks <= 7 then 0 else 1 end)
            over (order by workout_date) as week_streak
    from compared_days
),

dated_streaks as (
    select
        *,
        min(workout_date) over (partition by day_streak) as day_streak_began_on,
        min(week_started_on) over (partition by week_streak) as week_streak_began_on
    from streaks
),

training_calendar as (
    select
        workout_date,
        week_started_on,
        sessions,
        duration_seconds,
        hard_sets,
        volume_kg,
        records,
        days_since_previous,
        workout_date - day_streak_began_on + 1 as streak_days,
        cast((week_started_on - week_streak_began_on) / 7 + 1 as bigint) as streak_weeks
    from dated_streaks
)

select * from training_calendar
order by workout_date desc
