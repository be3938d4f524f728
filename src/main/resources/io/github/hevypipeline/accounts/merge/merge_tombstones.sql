merge into hevy_raw._tombstones as old
using (
    select account_id, bucket, _root_id as id, max_by(_dlt_load_id, cast(_dlt_load_id as decimal(18, 7))) as _dlt_load_id
    from {{ view }} where _deleted = 'true' group by account_id, bucket, _root_id
) as new
on old.bucket in ({{ buckets }}) and old.bucket = new.bucket and old.account_id = new.account_id
    and old.table_name = '{{ table }}' and old.id = new.id
when matched and cast(new._dlt_load_id as decimal(18, 7)) > cast(old._dlt_load_id as decimal(18, 7))
    then update set _dlt_load_id = new._dlt_load_id
when not matched then insert (account_id, bucket, table_name, id, _dlt_load_id)
    values (new.account_id, new.bucket, '{{ table }}', new.id, new._dlt_load_id)
