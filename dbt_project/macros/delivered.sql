{#- Was an entity delivered at all?

    Use where a figure must be NULL, not 0, without an entity: `case when {{ is_delivered('cases') }} then … end`.
    The model that uses it reads int_entity_clearing.
-#}

{#- True if every one of these entities has landed rows. -#}
{%- macro is_delivered(entities) -%}
{%- set names = [entities] if entities is string else entities -%}
({%- for name in names -%}
exists (select 1 from {{ ref('int_entity_clearing') }} where entity = '{{ name }}' and landed > 0)
{%- if not loop.last %} and {% endif -%}
{%- endfor -%})
{%- endmacro -%}
