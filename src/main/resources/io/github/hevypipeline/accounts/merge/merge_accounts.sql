merge into hevy_raw._accounts as old
using (
    select account_id, bucket, max(sequence) as sequence, max_by(load_id, sequence) as load_id,
        max_by(watermark, sequence) as watermark
    from committed group by account_id, bucket
) as new
on old.bucket in ({{ buckets }}) and old.bucket = new.bucket and old.account_id = new.account_id
when matched and new.sequence > old.sequence then update set
    sequence = new.sequence, load_id = new.load_id, watermark = new.watermark, merged_at = current_timestamp()
when not matched then insert (account_id, bucket, sequence, load_id, merged_at, watermark)
    values (new.account_id, new.bucket, new.sequence, new.load_id, current_timestamp(), new.watermark)
