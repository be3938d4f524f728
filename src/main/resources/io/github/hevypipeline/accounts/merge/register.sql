create table if not exists hevy_raw.{{ name }} using delta location '{{ location }}/{{ table }}'
