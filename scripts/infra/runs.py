"""Writes what composite actions run into files that shellcheck can read: runs.py FOLDER ACTION...

actionlint gives shellcheck the steps of workflows, and not those of actions.
"""

import pathlib
import re
import sys

import yaml

folder = pathlib.Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
for path in map(pathlib.Path, sys.argv[2:]):
    for number, step in enumerate(yaml.safe_load(path.read_text())["runs"]["steps"]):
        if "run" in step:
            text = re.sub(r"\$\{\{.*?\}\}", "_", step["run"])
            (folder / f"{path.parent.name}-{number}.sh").write_text(f"#!/usr/bin/env bash\nset -eo pipefail\n{text}\n")
