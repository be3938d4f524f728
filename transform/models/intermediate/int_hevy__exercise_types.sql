{{ config(materialized='view') }}

with listed as (
    select * from (
        values
        ('weight_reps', 'load', true, false, false, 'nothing'),
        ('reps_only', 'nothing', true, false, false, 'nothing'),
        ('bodyweight_reps', 'added', true, false, false, 'nothing'),
        ('bodyweight_weighted', 'added', true, false, false, 'nothing'),
        ('bodyweight_assisted', 'assistance', true, false, false, 'nothing'),
        ('bodyweight_assisted_reps', 'assistance', true, false, false, 'nothing'),
        ('duration', 'nothing', false, true, false, 'nothing'),
        ('weight_duration', 'load', false, true, false, 'nothing'),
        ('distance_duration', 'nothing', false, true, true, 'nothing'),
        ('short_distance_weight', 'load', false, false, true, 'nothing'),
        ('floors_duration', 'nothing', false, true, false, 'floors'),
        ('steps_duration', 'nothing', false, true, false, 'steps')
    ) as types (
        exercise_type, weight_is, has_reps, has_duration, has_distance, custom_metric_is
    )
),

exercise_types as (
    select
        exercise_type,
        weight_is,
        has_reps,
        has_duration,
        has_distance,
        custom_metric_is
    from listed
)

select * from exercise_types
