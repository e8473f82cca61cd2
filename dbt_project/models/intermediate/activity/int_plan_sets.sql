-- Every combination of plan and term there is, numbered; 0 is no contract in force.
with combinations as (
    select distinct {{ contract_attribute_names() | join(', ') }}
    from {{ ref('int_customer_plans') }}
),

final as (
    select
        0 as plan_key,
        {%- for attribute in contract_attribute_names() %}
        '(none)' as {{ attribute }}{{ ',' if not loop.last }}
        {%- endfor %}
    union all
    select
        cast(row_number() over (order by {{ contract_attribute_names() | join(', ') }}) as integer) as plan_key,
        {{ contract_attribute_names() | join(', ') }}
    from combinations
)

select * from final
