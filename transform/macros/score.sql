{# A number that can be a record: to two decimals, above 0, and null where the condition fails. #}
{% macro score(number, condition='true') -%}
case
            when {{ condition }} and {{ rounded('cast(' ~ number ~ ' as double)', 2) }} > 0
                then {{ rounded('cast(' ~ number ~ ' as double)', 2) }}
        end
{%- endmacro %}
