-- Who lives on, as of the last closed month. Merged customers are counted with their survivor; names stay out.
with survivors as (
    select
        identified.survivor_id as customer_id,
        count(*) - 1 as merged_customers,
        max(as_of.data_through) as described_on
    from {{ ref('int_customers_identified') }} as identified
    cross join {{ ref('int_as_of') }} as as_of
    group by identified.survivor_id
),

final as (
    select
        survivors.customer_id,
        {%- for attribute in attribute_names() %}
        profiles.{{ attribute }},
        {%- endfor %}
        coalesce(customers.do_not_contact, false) as do_not_contact,
        cast(survivors.merged_customers as bigint) as merged_customers,
        lifetimes.first_active_on,
        lifetimes.cohort_month
    from survivors
    inner join {{ ref('int_customers_admitted') }} as customers on survivors.customer_id = customers.customer_id
    inner join {{ ref('int_customer_profiles') }} as profiles
        on
            survivors.customer_id = profiles.customer_id
            and {{ is_within('survivors.described_on', 'profiles.valid_from', 'profiles.valid_until') }}
    left join {{ ref('int_customer_lifetimes') }} as lifetimes on survivors.customer_id = lifetimes.customer_id
)

select * from final
