{#
    A sum that does not depend on the order of its rows, so that the same data gives the same file
    with any number of threads: each row counts with six decimals.
#}
{% macro exact_sum(column) -%}
cast(sum(cast({{ column }} as decimal(38, 6))) as double)
{%- endmacro %}
