-- Every combination of delivered attributes there is, numbered: what is counted carries the number, not eight texts.
-- 0 is a customer nothing is known of.
with combinations as (
    select distinct {{ customer_attribute_names() | join(', ') }}
    from {{ ref('int_customer_attributes') }}
),

final as (
    select
        0 as attributes_key,
        {%- for attribute in customer_attribute_names() %}
        '(none)' as {{ attribute }}{{ ',' if not loop.last }}
        {%- endfor %}
    union all
    select
        cast(row_number() over (order by {{ customer_attribute_names() | join(', ') }}) as integer) as attributes_key,
        {{ customer_attribute_names() | join(', ') }}
    from combinations
)

select * from final
