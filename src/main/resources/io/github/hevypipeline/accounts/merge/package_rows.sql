create or replace temporary view {{ view }} as
select files.*, committed.bucket
from parquet_of_{{ view }} as files
join committed on committed.account_id = files.account_id and committed.load_id = files._dlt_load_id
