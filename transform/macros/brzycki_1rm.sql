{# The one-repetition maximum by Brzycki (1993); of a single it is the weight itself. #}
{% macro brzycki_1rm(weight, reps) -%}
case
            when {{ reps }} <= {{ var('one_rep_max_reps') }}
                then {{ weight }} * (36.0 / (37 - {{ reps }}))
        end
{%- endmacro %}
