-- the load that the database was built from, when it was built, and how fresh it was; only the
-- pipeline writes main_pipeline, so it is empty under dbt
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
        max(updated_at) as last_changed_at
    from workouts
)

select
    build.load_id,
    epoch(build.loaded_at) as loaded_at,
    epoch(build.built_at) as built_at,
    newest.workouts,
    epoch(newest.last_started_at) as last_started_at,
    epoch(newest.last_changed_at) as last_changed_at,
    '{{ env_var("PIPELINE_TIMEZONE", "UTC") | replace("'", "''") }}' as timezone
from newest
left join build on true
