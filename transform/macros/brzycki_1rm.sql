{# The one-repetition maximum after Brzycki (1993). For one repetition it is the weight. #}
{% macro brzycki_1rm(weight, reps) -%}
case
            when {{ reps }} <= {{ var('one_rep_max_reps') }}
                then {{ weight }} * (36e0 / (37 - {{ reps }}))
        end
{%- endmacro %}
