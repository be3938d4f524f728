{#
    A sum that does not depend on the order of its rows, since each counts with six decimals. So the
    same data gives the same file with any number of threads.
#}
{% macro exact_sum(column, window='') -%}
cast(sum({{ six_decimals(column) }}){% if window %} over {{ window }}{% endif %} as double)
{%- endmacro %}
