with staged as (
    select * from {{ ref('stg_crm__case_reviews') }}
),

referred as (
    {{ referred_rows('case_reviews', 'staged') }}
),

final as (
    {{ judged_rows('case_reviews', 'referred') }}
)

select * from final
