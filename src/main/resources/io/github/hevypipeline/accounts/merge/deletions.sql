{# The root tables of whose items the batch deletes some. #}
{% for package in packages %}{% if not loop.first %} union all {% endif -%}
(select '{{ package.table }}' as table_name from {{ package.view }} where _deleted = 'true' limit 1)
{%- endfor %}
