{#- What the codes and dates of a source mean, as `columns` in config/sources.yml says: landing keeps them as they came,
    so that a corrected mapping holds for every row that has landed. The rules come with var('formats'):
    {entity: {source: {meanings: {column: [{codes, otherwise, date, question}]}}}}.
-#}

{#- A column's trimmed text with the meanings of its sources; a text without a rule stays as it is. -#}
{%- macro meant_text(entity, name) -%}
{%- set is_id = name in contract()[entity].key or name in contract()[entity].references -%}
{%- set text = trimmed_id(name) if is_id else trimmed(name) -%}
{%- set branches = [] -%}
{%- for source, formats in var('formats').get(entity, {}).items() -%}
    {%- for rule in formats.get('meanings', {}).get(name, []) -%}
        {%- do branches.append('when _source = ' ~ sql_text(source) ~ of_question(rule) ~ ' then ' ~ in_order(of_code(text, rule), rule)) -%}
    {%- endfor -%}
{%- endfor -%}
{%- if branches -%}
case {{ branches | join(' ') }} else {{ text }} end
{%- else -%}
{{ text }}
{%- endif -%}
{%- endmacro -%}

{#- A rule of one question holds for its further rounds too (`Q5 #2`), where a survey asks in a loop. -#}
{%- macro of_question(rule) -%}
{%- if not rule.get('question') -%}
{{ return('') }}
{%- endif -%}
{%- set round = rule['question'] ~ ' #' -%}
{%- set is_round = 'substr(' ~ trimmed('question') ~ ', 1, ' ~ round | length ~ ') = ' ~ sql_text(round) -%}
{{ return(' and (' ~ trimmed('question') ~ ' = ' ~ sql_text(rule['question']) ~ ' or ' ~ is_round ~ ')') }}
{%- endmacro -%}

{#- The meaning of a code. A blank stays blank unless the code "" is given; other codes stay, or become `otherwise`. -#}
{%- macro of_code(text, rule) -%}
{%- if not rule.get('codes') -%}
{{ return(text) }}
{%- endif -%}
{%- set cases = [] -%}
{%- for code, meaning in rule['codes'].items() -%}
    {%- set is_code = text ~ ' = ' ~ sql_text(code) if code else text ~ ' is null' -%}
    {%- do cases.append('when ' ~ is_code ~ ' then ' ~ (sql_text(meaning) if meaning else 'null')) -%}
{%- endfor -%}
{%- if rule.get('otherwise') is not none and '' not in rule['codes'] -%}
    {%- do cases.append('when ' ~ text ~ ' is null then null') -%}
{%- endif -%}
{%- set others = text if rule.get('otherwise') is none else (sql_text(rule['otherwise']) if rule['otherwise'] else 'null') -%}
{{ return('case ' ~ cases | join(' ') ~ ' else ' ~ others ~ ' end') }}
{%- endmacro -%}

{#- A date of the declared form, written in the order that the source's dates have; any other text stays. -#}
{%- macro in_order(text, rule) -%}
{%- if not rule.get('date') -%}
{{ return(text) }}
{%- endif -%}
{%- set rewritten = "regexp_replace(" ~ text ~ ", '^" ~ rule['date'][0] ~ "$', '" ~ rule['date'][1] ~ "')" -%}
{{ return('case when ' ~ matches(text, rule['date'][0]) ~ ' then ' ~ rewritten ~ ' else ' ~ text ~ ' end') }}
{%- endmacro -%}
