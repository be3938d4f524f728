{#
    The UTC timestamp of a raw time, whatever the time zone of the session.
    A raw time is an instant. Once a time could not be read, its column is text from then on: text
    with no offset counts as UTC, and text that is no time is null (see raw_values_are_readable).
#}
{% macro in_utc(column) -%}
coalesce(
            try_cast(cast({{ column }} as varchar) || 'Z' as timestamp with time zone),
            try_cast({{ column }} as timestamp with time zone)
        ) at time zone 'UTC'
{%- endmacro %}
