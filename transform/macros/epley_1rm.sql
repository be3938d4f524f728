{# The one-repetition maximum after Epley (1985). For one repetition it is the weight, by custom. #}
{% macro epley_1rm(weight, reps) -%}
case
            when {{ reps }} = 1 then {{ weight }}
            when {{ reps }} <= {{ var('one_rep_max_reps') }}
                then {{ weight }} * (1 + {{ reps }} / 30e0)
        end
{%- endmacro %}
