create or replace temporary view parquet_of_{{ view }} using parquet options (path '{{ path }}', mergeSchema 'true')
