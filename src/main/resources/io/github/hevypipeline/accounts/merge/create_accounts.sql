create table if not exists delta.`{{ location }}/_accounts` (
    account_id string, bucket int, sequence bigint, load_id string, merged_at timestamp, watermark string
) using delta partitioned by (bucket) tblproperties (
    'delta.enableDeletionVectors' = 'true', 'delta.dataSkippingNumIndexedCols' = '3'
)
