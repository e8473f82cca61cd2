-- depends_on: {{ ref('int_rate_gaps') }}
{%- set keys = ['period_type', 'period_start', 'period_end', 'campaign', 'offer_kind'] -%}
-- Offers made to customers, by campaign and kind: made and accepted in the period they were made in, and who was there
-- ninety days later in the period that day lies in.
with offers as (
    select
        identified.survivor_id as customer_id,
        coalesce(offers.campaign, '(none)') as campaign,
        coalesce(offers.kind, '(none)') as offer_kind,
        offers.offered_on,
        case when not offers.is_holdout then offers.accepted_on end as accepted_on,
        {{ add_days('offers.offered_on', 90) }} as day_90,
        offers.is_holdout,
        case
            when offers.accepted_on is not null and not offers.is_holdout
                then coalesce({{ in_base('offers.cost', rate_to_base('null', 'offers.currency', 'rates.rate_to_base')) }}, 0)
        end as base_cost
    from {{ ref('int_retention_offers_admitted') }} as offers
    inner join {{ ref('int_customers_identified') }} as identified on offers.customer_id = identified.customer_id
    {{ join_month_rates('offers.accepted_on', 'offers.currency') }}
),

followed as (
    select
        offers.*,
        spells.customer_id is not null as is_staying
    from offers
    left join {{ ref('int_activity_spells') }} as spells
        on
            offers.customer_id = spells.customer_id
            and {{ is_within('offers.day_90', 'spells.started_on', 'spells.ended_on') }}
),

customer_rows as (
    {%- for event, day in [('offered', 'offered_on'), ('spent', 'accepted_on'), ('day_90', 'day_90')] %}
    select
        periods.period_type,
        periods.period_start,
        periods.period_end,
        '{{ event }}' as event,
        coalesce(followed.accepted_on <= periods.period_end, false) as is_accepted,
        followed.*
    from followed
    inner join {{ ref('int_periods') }} as periods
        on followed.{{ day }} between periods.period_start and periods.period_end
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

placed as (
    {{ placed_customers('customer_rows') }}
),

audience_rows as (
    {{ audience_rows('placed') }}
),

final as (
    select
        {{ scope_columns() }},
        {{ keys | join(', ') }},
        {%- for name, condition in [
            ('offered', "event = 'offered' and not is_holdout"),
            ('held_out', "event = 'offered' and is_holdout"),
            ('accepted', "event = 'offered' and is_accepted"),
            ('offered_day_90', "event = 'day_90' and not is_holdout"),
            ('offered_staying', "event = 'day_90' and not is_holdout and is_staying"),
            ('held_out_day_90', "event = 'day_90' and is_holdout"),
            ('held_out_staying', "event = 'day_90' and is_holdout and is_staying"),
        ] %}
        cast({{ count_if(condition) }} as bigint) as {{ name }},
        {%- endfor %}
        {{ amount_sum("case when event = 'offered' and is_accepted then base_cost end") }} as accepted_cost,
        {{ amount_sum("case when event = 'spent' then base_cost end") }} as spent_cost
    from audience_rows
    group by {{ scope_sets(keys) }}
)

select * from final
