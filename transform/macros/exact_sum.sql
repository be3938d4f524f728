{#
    A sum that does not depend on the order of its rows, since each counts with six decimals. So the
    same data gives the same file with any number of threads.
#}
{% macro exact_sum(column) -%}
cast(sum(cast({{ column }} as decimal(38, 6))) as double)
{%- endmacro %}
