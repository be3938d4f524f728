{#
    A number of a set as something to count with: not negative, and far from where sums overflow.
    Text of a widened column can say NaN or Infinity; these are null, too.
#}
{% macro measure(column) -%}
case when {{ column }} between 0 and 1e12 then {{ column }} end
{%- endmacro %}
