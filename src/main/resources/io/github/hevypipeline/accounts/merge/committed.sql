{# What the batch merges: the rows of a package that no commit names are never read. #}
create or replace temporary view committed as
select account_id, cast(pmod(hash(account_id), {{ buckets }}) as int) as bucket, sequence, load_id, watermark
from values {% for commit in commits %}{% if not loop.first %}, {% endif -%}
('{{ commit.accountId }}', {{ commit.sequence }}L, '{{ commit.loadId }}', {{ commit.watermark }})
{%- endfor %} as commits (account_id, sequence, load_id, watermark)
