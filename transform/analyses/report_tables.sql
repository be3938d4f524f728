-- the raw tables and models of the build, each with what it reads
select
    name,
    kind,
    row_count,
    reads
from main_pipeline.relations
order by position
