-- Each lost customer of a period, with the one reason it is counted under.
with losses as (
    select *
    from {{ ref('int_period_losses') }}
),

latest_of_source as (
    select
        losses.period_type,
        losses.period_end,
        losses.customer_id,
        offered.reason_source,
        offered.reason,
        offered.reason_category,
        offered.is_involuntary,
        row_number() over (
            partition by losses.period_type, losses.period_end, losses.customer_id, offered.reason_source
            order by
                offered.given_on desc,
                -- Contracts that end on one day: the one with a reason, then the dearest.
                case when offered.reason is null then 1 else 0 end,
                offered.weight desc,
                offered.record_id desc
        ) as latest_rank
    from losses
    inner join {{ ref('int_loss_reasons_offered') }} as offered
        on
            losses.customer_id = offered.customer_id
            and offered.given_on >= {{ add_days('losses.lost_on', -365) }}
            -- A leaver answers the exit survey afterwards; everything else comes before the loss.
            and offered.given_on <= case
                when offered.reason_source = 'exit_survey' then {{ add_days('losses.lost_on', 365) }}
                else losses.lost_on
            end
),

chosen as (
    select
        *,
        row_number() over (
            partition by period_type, period_end, customer_id
            order by case reason_source when 'contract' then 1 when 'cancellation_request' then 2 else 3 end
        ) as source_rank
    from latest_of_source
    where latest_rank = 1 and (reason is not null or is_involuntary)
),

final as (
    select
        losses.period_type,
        losses.period_start,
        losses.period_end,
        losses.customer_id,
        losses.lost_on,
        chosen.reason_source,
        chosen.reason,
        coalesce(chosen.reason_category, 'unknown') as reason_category,
        coalesce(chosen.is_involuntary, false) as is_involuntary,
        cast(coalesce(movements.mrr_start, 0) as decimal(18, 2)) as lost_mrr
    from losses
    left join chosen
        on
            losses.period_type = chosen.period_type
            and losses.period_end = chosen.period_end
            and losses.customer_id = chosen.customer_id
            and chosen.source_rank = 1
    left join {{ ref('int_mrr_movements') }} as movements
        on
            losses.period_start = movements.period_start
            and losses.period_end = movements.period_end
            and losses.customer_id = movements.customer_id
)

select * from final
