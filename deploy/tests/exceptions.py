#!/usr/bin/env python3
"""What checkov finds in the overlays is just what docs/SECURITY-EXCEPTIONS.md gives a reason for: exceptions.py CHECKOV.

A finding without a row there is a problem; a row that no finding needs is one too.
"""

import fnmatch
import json
import pathlib
import re
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True

import yaml  # noqa: E402
from render import PROFILES, ROOT, render  # noqa: E402

ROW = re.compile(r"^\| `(CKV2?_K8S_\d+)` \| `([^`]+)` \| (.{9,}) \|$", re.M)


def main():
    rows = {(check, pattern): 0 for check, pattern, _ in ROW.findall((ROOT / "docs/SECURITY-EXCEPTIONS.md").read_text())}
    built = render()
    with tempfile.TemporaryDirectory() as directory:
        for name in (*(f"apps/{p}" for p in PROFILES), "observability", "bootstrap"):
            path = pathlib.Path(directory) / f"{name.replace('/', '-')}.yaml"
            path.write_text(yaml.safe_dump_all(built[name], sort_keys=False))
        done = subprocess.run(
            [sys.argv[1], "-d", directory, "--framework", "kubernetes", "--skip-download", "--quiet", "--compact", "-o", "json"],
            capture_output=True, text=True, check=False,
        )
        report = json.loads(done.stdout)
    problems = []
    for check, resource in sorted({(f["check_id"], f["resource"]) for f in report["results"]["failed_checks"]}):
        row = next((r for r in rows if r[0] == check and fnmatch.fnmatch(resource, "*" + r[1])), None)
        if row:
            rows[row] += 1
        else:
            problems.append(f"{check}: {resource}, and no row in docs/SECURITY-EXCEPTIONS.md")
    problems += [f"docs/SECURITY-EXCEPTIONS.md: no finding needs {' '.join(row)}" for row, used in rows.items() if not used]
    print(f"checkov: {report['summary']['passed']} passed, {len(problems)} problems, {len(rows)} exceptions")
    for problem in problems:
        print(f"  checkov: {problem}", file=sys.stderr)
    return 1 if problems or not report["summary"]["passed"] else 0


if __name__ == "__main__":
    sys.exit(main())
