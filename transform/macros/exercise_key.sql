{#
    The key of an exercise across workouts: its template. Without a template it is the title, which
    may differ between languages.
#}
{% macro exercise_key(exercises) -%}
coalesce(
            {{ exercises }}.exercise_template_id,
            {{ exercises }}.exercise_title,
            'unknown'
        )
{%- endmacro %}
