-- the raw tables and models of the build, each with what it reads; of a raw table that says how
-- fresh it has to be, the newest row and the limits, which a file of an earlier program lacks
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
