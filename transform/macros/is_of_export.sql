{# Whether an export's reader made an id, a UUID of version 5: Hevy's are of version 4, or short. #}
{% macro is_of_export(id) %}
    (length({{ id }}) = 36 and substring({{ id }}, 15, 1) = '5')
{%- endmacro %}
