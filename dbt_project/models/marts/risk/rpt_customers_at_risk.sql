{%- set keys = ['period_type', 'period_start', 'period_end'] -%}
{%- set columns = keys + [
    'list_rank', 'customer_id', 'customer_name', 'segment', 'account_owner', 'preferred_channel', 'value_at_stake',
    'mrr', 'revenue_12m', 'signal_count', 'signals', 'since_on', 'next_step',
] -%}
-- The customers to act on first: most signals, then most at stake. The one model with names: a list without them is no
-- list. Who must not be contacted is counted (fct_risk_signals), not listed.
with listable as (
    select *
    from {{ ref('int_customers_at_risk') }}
    where signal_count > 0 and not do_not_contact
),

-- The fewest signals that still reach the list: found from counts, so that only a few customers must be put in order.
signal_counts as (
    select
        {{ (['period_end', 'signal_count'] + audience_attributes()) | join(', ') }},
        count(*) as customers
    from listable
    group by {{ (['period_end', 'signal_count'] + audience_attributes()) | join(', ') }}
),

audience_counts as (
    {{ filtered_audience_rows('signal_counts') }}
),

with_more_signals as (
    select
        audience,
        period_end,
        signal_count,
        sum(sum(customers)) over (
            partition by audience, period_end order by signal_count desc rows between unbounded preceding and current row
        ) - sum(customers) as customers_before
    from audience_counts
    group by audience, period_end, signal_count
),

enough as (
    select
        audience,
        period_end,
        min(signal_count) as signal_count
    from with_more_signals
    where customers_before < {{ var('signals').listed_customers }}
    group by audience, period_end
),

listable_rows as (
    {{ filtered_audience_rows('listable') }}
),

audience_customers as (
    select
        listable_rows.*,
        survivors.customer_id
    from listable_rows
    inner join enough
        on
            listable_rows.audience = enough.audience
            and listable_rows.period_end = enough.period_end
            and listable_rows.signal_count >= enough.signal_count
    inner join {{ ref('int_customers_identified') }} as survivors
        on listable_rows.customer_number = survivors.customer_number and survivors.customer_id = survivors.survivor_id
),

ranked as (
    select
        *,
        row_number() over (
            partition by audience, period_end
            order by signal_count desc, value_at_stake desc, since_on, mrr desc, customer_id
        ) as list_rank
    from audience_customers
),

listed as (
    select * from ranked where list_rank <= {{ var('signals').listed_customers }}
),

listed_days as (
    select distinct
        customer_id,
        period_end
    from listed
),

-- What the customer takes part in: its own messages and calls, and ours that reached it, up to that day.
channel_counts as (
    select
        listed_days.customer_id,
        listed_days.period_end,
        interactions.channel,
        count(*) as contacts,
        max(interactions.occurred_at) as last_contact_at
    from listed_days
    inner join {{ ref('int_customers_identified') }} as identified on listed_days.customer_id = identified.survivor_id
    inner join {{ ref('int_interactions_admitted') }} as interactions
        on
            identified.customer_id = interactions.customer_id
            and interactions.occurred_on <= listed_days.period_end
    where interactions.completed or interactions.direction = 'in'
    group by listed_days.customer_id, listed_days.period_end, interactions.channel
),

channels as (
    select
        *,
        row_number() over (
            partition by customer_id, period_end
            order by contacts desc, last_contact_at desc, channel
        ) as channel_rank
    from channel_counts
),

described as (
    select
        listed.*,
        customers.name as customer_name,
        channels.channel as preferred_channel,
        concat_ws(', '
            {%- for signal in risk_signals() %},
            case when has_{{ signal.name }} then '{{ signal.name }}' end
            {%- endfor %}
        ) as signals,
        case
            {%- for signal in risk_signals() %}
            when has_{{ signal.name }} then '{{ signal.next_step }}'
            {%- endfor %}
        end as next_step
    from listed
    inner join {{ ref('int_customers_admitted') }} as customers on listed.customer_id = customers.customer_id
    left join channels
        on
            listed.customer_id = channels.customer_id
            and listed.period_end = channels.period_end
            and channels.channel_rank = 1
),

all_lists as (
    {{ with_unfiltered_audiences('described', columns) }}
),

final as (
    select
        audience,
        scope_type,
        scope_value,
        {{ keys | join(', ') }},
        cast(list_rank as integer) as list_rank,
        customer_id,
        customer_name,
        segment,
        account_owner,
        preferred_channel,
        value_at_stake,
        mrr,
        revenue_12m,
        signal_count,
        signals,
        since_on,
        next_step,
        false as is_suppressed
    from all_lists
)

select * from final
