-- the load that the database was built from, when it was built, and how fresh it was; only the
-- pipeline writes main_pipeline, so it is empty under dbt; an export ends with its newest workout
with workouts as (
    select * from {{ ref('stg_hevy__workouts') }}
),

build as (
    select * from main_pipeline.build
),

newest as (
    select
        count(*) as workouts,
        max(started_at) as last_started_at,
        max(updated_at) as last_changed_at,
        max(case when {{ is_of_export('workout_id') }} then started_at end) as last_exported_at
    from workouts
)

select
    build.load_id,
    epoch(build.loaded_at) as loaded_at,
    epoch(build.built_at) as built_at,
    newest.workouts,
    epoch(newest.last_started_at) as last_started_at,
    epoch(newest.last_changed_at) as last_changed_at,
    coalesce(newest.last_exported_at = newest.last_started_at, false) as ends_with_export,
    '{{ env_var("PIPELINE_TIMEZONE", "UTC") | replace("'", "''") }}' as timezone
from newest
left join build on true
