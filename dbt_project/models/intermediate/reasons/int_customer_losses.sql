{{ config(materialized='view') }}
-- Each lost customer of a period, with the one reason it is counted under, and whether it left without a word. Both are the
-- same in every period of a loss: they are found once per customer and day.
with losses as (
    select *
    from {{ ref('int_period_losses') }}
),

lost_days as (
    select distinct
        customer_number,
        lost_on
    from losses
),

latest_of_source as (
    select
        lost_days.customer_number,
        lost_days.lost_on,
        offered.reason_source,
        offered.reason,
        offered.reason_category,
        offered.is_involuntary,
        row_number() over (
            partition by lost_days.customer_number, lost_days.lost_on, offered.reason_source
            order by
                offered.given_on desc,
                -- Contracts that end on one day: the one with a reason, then the dearest.
                case when offered.reason is null then 1 else 0 end,
                offered.weight desc,
                offered.record_id desc
        ) as latest_rank
    from {{ ref('int_loss_reasons_offered') }} as offered
    inner join {{ ref('int_customers_identified') }} as identified on offered.customer_id = identified.customer_id
    inner join lost_days
        on
            identified.customer_number = lost_days.customer_number
            and offered.given_on >= {{ add_days('lost_days.lost_on', -365) }}
            -- A leaver answers the exit survey afterwards; everything else comes before the loss.
            and offered.given_on <= case
                when offered.reason_source = 'exit_survey' then {{ add_days('lost_days.lost_on', 365) }}
                else lost_days.lost_on
            end
),

chosen as (
    select
        *,
        row_number() over (
            partition by customer_number, lost_on
            order by case reason_source when 'contract' then 1 when 'cancellation_request' then 2 else 3 end
        ) as source_rank
    from latest_of_source
    where latest_rank = 1 and (reason is not null or is_involuntary)
),

-- A word is a case, or a contact of their own.
words as (
    select customer_id, opened_on as said_on from {{ ref('int_cases_admitted') }}
    union all
    select customer_id, occurred_on as said_on from {{ ref('int_interactions_admitted') }} where direction = 'in'
),

heard as (
    select distinct
        lost_days.customer_number,
        lost_days.lost_on
    from words
    inner join {{ ref('int_customers_identified') }} as identified on words.customer_id = identified.customer_id
    inner join lost_days
        on
            identified.customer_number = lost_days.customer_number
            and words.said_on >= {{ add_days('lost_days.lost_on', -90) }}
            and words.said_on < lost_days.lost_on
),

explained as (
    select
        lost_days.customer_number,
        lost_days.lost_on,
        chosen.reason_source,
        chosen.reason,
        coalesce(chosen.reason_category, 'unknown') as reason_category,
        coalesce(chosen.is_involuntary, false) as is_involuntary,
        heard.customer_number is null as is_silent
    from lost_days
    left join chosen
        on
            lost_days.customer_number = chosen.customer_number
            and lost_days.lost_on = chosen.lost_on
            and chosen.source_rank = 1
    left join heard on lost_days.customer_number = heard.customer_number and lost_days.lost_on = heard.lost_on
),

final as (
    select
        losses.period_type,
        losses.period_start,
        losses.period_end,
        losses.customer_number,
        losses.attributes_key,
        losses.plan_key,
        losses.lost_on,
        explained.reason_source,
        explained.reason,
        explained.reason_category,
        explained.is_involuntary,
        explained.is_silent,
        cast(coalesce(movements.mrr_start, 0) as decimal(18, 2)) as lost_mrr
    from losses
    inner join explained
        on losses.customer_number = explained.customer_number and losses.lost_on = explained.lost_on
    left join {{ ref('int_mrr_movements') }} as movements
        on
            losses.customer_number = movements.customer_number
            and losses.period_start = movements.period_start
            and losses.period_end = movements.period_end
            and movements.mrr_start > 0
)

select * from final
