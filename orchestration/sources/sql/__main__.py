"""`python -m orchestration.sources.sql`: reads databases and says what would land, without landing it.

Flow: config/sources.yml → connect → read every table → one line each.
Secrets: the variable that each source names as url_env.
"""

from orchestration.sources.alone import command

app = command("sql", __doc__)

if __name__ == "__main__":
    app(prog_name="python -m orchestration.sources.sql")
