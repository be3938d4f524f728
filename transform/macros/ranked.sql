{# The size of a number that was ranked by rank_of, and null again where it was not measured. #}
{% macro ranked(rank) -%}
case
            when {{ rank }} > cast('-infinity' as double) then abs({{ rank }})
        end
{%- endmacro %}
