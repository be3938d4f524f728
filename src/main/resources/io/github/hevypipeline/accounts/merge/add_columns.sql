alter table hevy_raw.{{ name }} add columns ({% for column in columns %}{% if not loop.first %}, {% endif %}{{ column }} string{% endfor %})
