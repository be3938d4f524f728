{# A number to rank by: greater numbers come first, missing ones last. #}
{% macro rank_of(number) -%}
coalesce({{ number }}, cast('-infinity' as double))
{%- endmacro %}
