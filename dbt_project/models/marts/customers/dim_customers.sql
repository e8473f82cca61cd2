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

described as (
    {{ with_attributes('survivors', 'described_on', 'described_on') }}
),

final as (
    select
        described.customer_id,
        described.country,
        described.region,
        described.segment,
        described.plan,
        described.account_owner,
        coalesce(customers.acquisition_channel, '(none)') as acquisition_channel,
        coalesce(customers.do_not_contact, false) as do_not_contact,
        cast(described.merged_customers as bigint) as merged_customers,
        lifetimes.first_active_on,
        lifetimes.cohort_month
    from described
    inner join {{ ref('int_customers_admitted') }} as customers on described.customer_id = customers.customer_id
    left join {{ ref('int_customer_lifetimes') }} as lifetimes on described.customer_id = lifetimes.customer_id
)

select * from final
