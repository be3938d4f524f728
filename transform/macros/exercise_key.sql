{#
    What identifies an exercise over all workouts: its template. One that names no template is known
    by its title, which need not be the same in every language.
#}
{% macro exercise_key(exercises) -%}
coalesce(
            {{ exercises }}.exercise_template_id,
            {{ exercises }}.exercise_title,
            'unknown'
        )
{%- endmacro %}
