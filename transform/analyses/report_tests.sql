-- the results of the data tests of the build, failed ones first
select
    name,
    file,
    severity,
    failures
from main_pipeline.data_tests
order by
    failures desc,
    name asc
