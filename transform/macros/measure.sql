{#
    A usable number of a set: null if it is negative, or so large that sums might overflow. NaN and
    Infinity, which the text of a widened column can hold, are null too.
#}
{% macro measure(column) -%}
case when {{ column }} between 0 and 1e12 then {{ column }} end
{%- endmacro %}
