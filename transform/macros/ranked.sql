{# Reverses rank_of: the absolute value of a ranked number, null if it was missing. #}
{% macro ranked(rank) -%}
case
            when {{ rank }} > cast('-infinity' as double) then abs({{ rank }})
        end
{%- endmacro %}
