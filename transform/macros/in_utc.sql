{#
    The UTC timestamp of a raw time, whatever the time zone of the session.
    A raw time is an instant. After a value that could not be read, its column is text: text without
    an offset counts as UTC, and text that is no time is null (see raw_values_are_readable).
    The type is known when the query is planned, so an instant is never converted to text and back.
#}
{% macro in_utc(column) -%}
coalesce(
            case
                when typeof({{ column }}) = 'VARCHAR'
                    then try_cast(cast({{ column }} as varchar) || 'Z' as timestamp with time zone)
            end,
            try_cast({{ column }} as timestamp with time zone)
        ) at time zone 'UTC'
{%- endmacro %}
