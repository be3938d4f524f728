{# The newest version of each item, or its tombstone: of the same load the tombstone counts. #}
merge into hevy_raw.{{ name }} as old
using (
    select * from (
        select *, row_number() over (
            partition by account_id, _root_id order by cast(_dlt_load_id as decimal(18, 7)) desc, is_gone desc) as place
        from (
            select account_id, bucket, _root_id, _dlt_load_id, false as is_gone
                {%- for column in columns %}, {{ column.value }} as {{ column.name }}{% endfor %}
            from {{ view }} where _deleted is null
            union all
            select account_id, bucket, id, _dlt_load_id, true
                {%- for column in columns %}, null{% endfor %}
            from hevy_raw._tombstones
            where bucket in ({{ buckets }}) and table_name = '{{ table }}'
                and account_id in (select account_id from committed)
        )
    ) where place = 1
) as new
on old.bucket in ({{ buckets }}) and old.bucket = new.bucket and old.account_id = new.account_id and old._root_id = new._root_id
when matched and new.is_gone and cast(new._dlt_load_id as decimal(18, 7)) >= cast(old._dlt_load_id as decimal(18, 7))
    then delete
when matched and not new.is_gone and cast(new._dlt_load_id as decimal(18, 7)) > cast(old._dlt_load_id as decimal(18, 7))
    then update set *
when not matched and not new.is_gone then insert *
