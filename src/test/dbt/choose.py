"""What dbt chooses: reads lines of `select|exclude`, writes for each a JSON list of `kind:name`."""

import json
import sys

from dbt.cli.main import dbtRunner

FOLDERS = ["--project-dir", sys.argv[1], "--profiles-dir", sys.argv[2]]
manifest = dbtRunner().invoke(["--quiet", "parse", *FOLDERS]).result

for line in sys.stdin:
    select, exclude = line.rstrip("\n").split("|")
    options = ["--resource-type", "all", "--output", "json", "--output-keys", "name", "resource_type"]
    options += ["--select", *select.split()] if select else []
    options += ["--exclude", *exclude.split()] if exclude else []
    found = dbtRunner(manifest=manifest).invoke(["--quiet", "ls", *FOLDERS, *options])
    if not found.success:
        raise SystemExit(f"{line.strip()}: {found.exception}")
    nodes = [json.loads(node) for node in found.result or []]
    print("chosen:" + json.dumps(sorted(f"{node['resource_type']}:{node['name']}" for node in nodes)))
