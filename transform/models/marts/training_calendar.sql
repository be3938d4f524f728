{{ per_bucket('marts') -}}
with workout_summary as (
    select * from {{ ref('workout_summary') }}{{ where_changed() }}
),

body_weight as (
    select * from {{ ref('body_weight') }}{{ where_changed() }}
),

days as (
    select{{ account() }}
        workout_date,
        cast(date_trunc('week', workout_date) as date) as week_started_on,
        count(*) as sessions,
        cast(sum(duration_seconds) as bigint) as duration_seconds,
        cast(sum(hard_sets) as bigint) as hard_sets,
        {{ exact_sum('volume_kg') }} as volume_kg,
        cast(sum(records) as bigint) as records
    from workout_summary
    where {{ is_a_day('workout_date') }}
    group by{{ account() }} workout_date
),

compared_days as (
    select
        *,
        {{ days_between(
            'lag(workout_date) over (' ~ within_account() ~ 'order by workout_date)', 'workout_date'
        ) }} as days_since_previous,
        {{ days_between(
            'lag(week_started_on) over (' ~ within_account() ~ 'order by workout_date)',
            'week_started_on'
        ) }} as days_between_weeks
    from days
),

-- a streak continues after a workout on the day before, or in the same or the previous week
streaks as (
    select
        *,
        sum(case when days_since_previous = 1 then 0 else 1 end)
            over ({{ within_account() }}order by workout_date) as day_streak,
        sum(case when days_between_weeks <= 7 then 0 else 1 end)
            over ({{ within_account() }}order by workout_date) as week_streak
    from compared_days
),

dated_streaks as (
    select
        *,
        min(workout_date) over (partition by{{ account() }} day_streak) as day_streak_began_on,
        min(week_started_on) over (partition by{{ account() }} week_streak) as week_streak_began_on
    from streaks
),

weights as (
    select{{ account() }}
        weight_kg,
        measured_on,
        lead(measured_on) over ({{ within_account() }}order by measured_on) as next_measured_on
    from body_weight
    where weight_kg is not null
),

training_calendar as (
    select{{ account('dated_streaks') }}
        dated_streaks.workout_date,
        dated_streaks.week_started_on,
        dated_streaks.sessions,
        dated_streaks.duration_seconds,
        dated_streaks.hard_sets,
        dated_streaks.volume_kg,
        dated_streaks.records,
        dated_streaks.days_since_previous,
        {{ days_between('dated_streaks.day_streak_began_on', 'dated_streaks.workout_date') }} + 1
            as streak_days,
        cast(
            (
                {{ days_between(
                    'dated_streaks.week_streak_began_on', 'dated_streaks.week_started_on'
                ) }}
            ) / 7 + 1
            as bigint
        ) as streak_weeks,
        weights.weight_kg as body_weight_kg
    from dated_streaks
    left join weights
        on
            dated_streaks.workout_date >= weights.measured_on
            and dated_streaks.workout_date < coalesce(weights.next_measured_on, date '9999-12-31')
                {{- same_account('dated_streaks', 'weights') }}
)

select * from training_calendar
order by{{ account() }} workout_date desc
