-- One rate per month and currency. The base currency is 1 by definition: a rate delivered for it is not read.
with final as (
    select
        {{ month_of('month') }} as rate_month,
        currency as currency_code,
        rate_to_base
    from {{ ref('int_exchange_rates_admitted') }}
    where currency <> {{ sql_text(var('base_currency')) }}
)

select * from final
