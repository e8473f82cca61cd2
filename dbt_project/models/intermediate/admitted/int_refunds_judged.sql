{%- set matched -%}
select
    {%- for name in entity_columns('refunds') + carried_columns() %}
    referred.{{ name }},
    {%- endfor %}
    orders.order_id is null or orders.status = 'cancelled' as is_ignored,
    nullif(concat_ws(
        '; ',
        referred._reasons,
        case when referred.currency <> orders.currency then 'currency: not the currency of the order' end
    ), '') as _reasons,
    referred._is_of_unknown_customer
from ({{ referred_rows('refunds') }}) as referred
left join {{ ref('int_orders_admitted') }} as orders on referred.order_id = orders.order_id
{%- endset -%}
-- A refund of an unknown or cancelled order is no error: it is admitted, marked, and left out of every figure.
with final as (
    {{ judged_rows('refunds', matched) }}
)

select * from final
