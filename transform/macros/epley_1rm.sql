{# The one-repetition maximum by Epley (1985); of a single it is the weight, as everyone has it. #}
{% macro epley_1rm(weight, reps) -%}
case
            when {{ reps }} = 1 then {{ weight }}
            when {{ reps }} <= {{ var('one_rep_max_reps') }}
                then {{ weight }} * (1 + {{ reps }} / 30.0)
        end
{%- endmacro %}
