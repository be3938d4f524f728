{#
    A number of a body as something to count with: above 0, since nothing that is measured is 0, and
    no larger than a number of a set.
#}
{% macro body_measure(column) -%}
nullif({{ measure(column) }}, 0)
{%- endmacro %}
