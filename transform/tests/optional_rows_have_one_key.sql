-- Rows without a key and repeated keys in the tables of optional resources. One test for all, since
-- most accounts have no such rows.
with body_measurements as (
    select * from {{ ref('stg_hevy__body_measurements') }}
),

routine_folders as (
    select * from {{ ref('stg_hevy__routine_folders') }}
),

user_info as (
    select * from {{ ref('stg_hevy__user_info') }}
),

keys as (
    select
        'body_measurements' as table_name,
        _dlt_id as row_key
    from body_measurements

    union all

    select
        'routine_folders' as table_name,
        cast(folder_id as varchar) as row_key
    from routine_folders

    union all

    select
        'user_info' as table_name,
        user_id as row_key
    from user_info
),

counted as (
    select
        table_name,
        row_key,
        count(*) as times_in_table
    from keys
    group by
        table_name,
        row_key
)

select * from counted
where
    row_key is null
    or times_in_table > 1
