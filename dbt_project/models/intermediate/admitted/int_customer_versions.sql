-- What each delivery said of a customer, for attributes by date. Rejected rows and replaced files say nothing.
with numbered as (
    select
        *,
        row_number() over (partition by customer_id, _delivered_on order by _load_id desc) as load_number
    from {{ ref('int_customers_judged') }}
    where _is_version
),

final as (
    select
        {%- for name in entity_columns('customers') %}
        {{ name }},
        {%- endfor %}
        _source,
        _delivered_on
    from numbered
    where load_number = 1
)

select * from final
