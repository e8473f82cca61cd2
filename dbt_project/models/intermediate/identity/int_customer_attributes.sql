-- A value holds from the day of the delivery that brought it until the next delivery's; before the first delivery the
-- first value holds. Deliveries that change nothing make no row.
with versions as (
    select
        versions.customer_id,
        versions._delivered_on as valid_from,
        {%- for attribute in customer_attribute_names() %}
        coalesce(versions.{{ attribute }}, '(none)') as {{ attribute }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_customer_versions') }} as versions
    inner join {{ ref('int_customers_identified') }} as identified
        on versions.customer_id = identified.customer_id
    -- The attributes of merged customers are the survivor's own.
    where identified.survivor_id = identified.customer_id
),

compared as (
    select
        *,
        row_number() over (partition by customer_id order by valid_from) as version_number,
        {%- for attribute in customer_attribute_names() %}
        lag({{ attribute }}) over (partition by customer_id order by valid_from) as previous_{{ attribute }}{{ ',' if not loop.last }}
        {%- endfor %}
    from versions
),

changes as (
    select *
    from compared
    where
        version_number = 1
        {%- for attribute in customer_attribute_names() %}
        or {{ attribute }} <> previous_{{ attribute }}
        {%- endfor %}
),

final as (
    select
        customer_id,
        {%- for attribute in customer_attribute_names() %}
        {{ attribute }},
        {%- endfor %}
        case when version_number = 1 then {{ beginning_of_time() }} else valid_from end as valid_from,
        lead(valid_from) over (partition by customer_id order by valid_from) as valid_until
    from changes
)

select * from final
