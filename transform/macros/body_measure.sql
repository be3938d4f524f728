{#
    A body measure as a usable number: null unless it is above 0 and within the bounds of the macro
    measure.
#}
{% macro body_measure(column) -%}
nullif({{ measure(column) }}, 0)
{%- endmacro %}
