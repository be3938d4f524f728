{#
    A raw number as a bigint, exact beyond 2^53. A column widened by a fraction or by text holds
    values that are no whole number: these are null (see raw_values_are_readable), never rounded.
#}
{% macro whole_number(column) -%}
case
            when try_cast({{ column }} as bigint) = try_cast({{ column }} as double)
                then try_cast({{ column }} as bigint)
        end
{%- endmacro %}
