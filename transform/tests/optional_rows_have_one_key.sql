-- Rows without a key and repeated keys in the tables of optional resources. One test for all, since
-- most accounts have no such rows.
with body_measurements as (
    select * from {{ ref('stg_hevy__body_measurements') }}{{ where_tested() }}
),

routine_folders as (
    select * from {{ ref('stg_hevy__routine_folders') }}{{ where_tested() }}
),

user_info as (
    select * from {{ ref('stg_hevy__user_info') }}{{ where_tested() }}
),

keys as (
    select{{ account() }}
        'body_measurements' as table_name,
        _dlt_id as row_key
    from body_measurements

    union all

    select{{ account() }}
        'routine_folders' as table_name,
        cast(folder_id as string) as row_key
    from routine_folders

    union all

    select{{ account() }}
        'user_info' as table_name,
        user_id as row_key
    from user_info
),

counted as (
    select{{ account() }}
        table_name,
        row_key,
        count(*) as times_in_table
    from keys
    group by{{ account() }}
        table_name,
        row_key
)

select * from counted
where
    row_key is null
    or times_in_table > 1
