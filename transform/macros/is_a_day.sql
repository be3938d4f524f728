{#
    Whether a workout's date is usable. It is null if the start could not be read, and infinite if
    the start is text that says so.
#}
{% macro is_a_day(column) -%}
{{ column }} between date '0001-01-01' and date '9999-12-31'
{%- endmacro %}
