create table if not exists delta.`{{ location }}/{{ table }}` (
    account_id string, bucket int, _root_id string, _dlt_load_id string
    {%- for column in columns %}, {{ column.name }} {{ column.type }}{% endfor %}, _rescued string
) using delta partitioned by (bucket) tblproperties (
    'delta.enableDeletionVectors' = 'true', 'delta.dataSkippingNumIndexedCols' = '3'
)
