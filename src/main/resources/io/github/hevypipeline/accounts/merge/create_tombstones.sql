create table if not exists delta.`{{ location }}/_tombstones` (
    account_id string, bucket int, table_name string, id string, _dlt_load_id string
) using delta partitioned by (bucket) tblproperties (
    'delta.enableDeletionVectors' = 'true', 'delta.dataSkippingNumIndexedCols' = '3'
)
