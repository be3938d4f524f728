-- how each data test of the build ended, failed ones first
select
    name,
    file,
    severity,
    failures
from main_pipeline.data_tests
order by
    failures desc,
    name asc
