{# A number to rank by: the greater one comes first, and what was not measured comes last. #}
{% macro rank_of(number) -%}
coalesce({{ number }}, cast('-infinity' as double))
{%- endmacro %}
