-- the raw tables and models of the build, each with the relations it reads; for raw tables with
-- freshness limits, the newest row and the limits, which files of earlier versions lack
with noted as (
    select * from main_pipeline.relations
    union all by name
    select
        cast(null as timestamp) as newest_at,
        cast(null as bigint) as warn_after_seconds,
        cast(null as bigint) as error_after_seconds
    where false
)

select
    name,
    kind,
    row_count,
    reads,
    epoch(newest_at) as newest_at,
    warn_after_seconds as warn_after,
    error_after_seconds as error_after
from noted
order by position
