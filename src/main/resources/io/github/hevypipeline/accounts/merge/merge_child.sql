{# The children of the versions that the root table has now; others of these accounts go. #}
merge into hevy_raw.{{ name }} as old
using (
    with roots as (
        select account_id, _root_id, _dlt_load_id from hevy_raw.{{ root }}
        where bucket in ({{ buckets }}) and account_id in (select account_id from committed)
    ),
    children as (
        select * from (
            select files.account_id, files.bucket, files._root_id, files._dlt_load_id, false as is_gone
                {%- for column in columns %}, {{ column.value }} as {{ column.name }}{% endfor %},
                row_number() over (partition by files.account_id, files._dlt_id order by files._dlt_id) as place
            from {{ view }} as files
            join roots on roots.account_id = files.account_id and roots._root_id = files._root_id
                and roots._dlt_load_id = files._dlt_load_id
        ) where place = 1
    )
    select * from children
    union all
    select stale.account_id, stale.bucket, stale._root_id, stale._dlt_load_id, true
        {%- for column in columns %}, {% if column.isId %}stale._dlt_id{% else %}null{% endif %}{% endfor %}, 1
    from hevy_raw.{{ name }} as stale
    left anti join roots on roots.account_id = stale.account_id and roots._root_id = stale._root_id
        and roots._dlt_load_id = stale._dlt_load_id
    left anti join children on children.account_id = stale.account_id and children._dlt_id = stale._dlt_id
    where stale.bucket in ({{ buckets }}) and stale.account_id in (select account_id from committed)
) as new
on old.bucket in ({{ buckets }}) and old.bucket = new.bucket and old.account_id = new.account_id and old._dlt_id = new._dlt_id
when matched and new.is_gone then delete
when matched and new._dlt_load_id <> old._dlt_load_id then update set *
when not matched and not new.is_gone then insert *
