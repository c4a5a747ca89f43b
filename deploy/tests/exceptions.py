#!/usr/bin/env python3
"""What checkov finds in the overlays is just what docs/SECURITY-EXCEPTIONS.md gives a reason for: exceptions.py CHECKOV.

A finding without a line there is a problem; a line that nothing is found for is one too.
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True

import yaml  # noqa: E402
from render import PROFILES, ROOT, render  # noqa: E402

LINE = re.compile(r"^\| (CKV2?_K8S_\d+) \| (.+?) \| (.{40,}) \|$", re.M)


def main():
    reasons = {check: re.findall(r"`([^`]+)`", where) for check, where, _ in LINE.findall((ROOT / "docs/SECURITY-EXCEPTIONS.md").read_text())}
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
    found, problems = {}, []
    for failed in report["results"]["failed_checks"]:
        found.setdefault(failed["check_id"], set()).add(failed["resource"])
    for check, resources in sorted(found.items()):
        allowed = reasons.get(check, [])
        for resource in sorted(resources):
            if "*" not in allowed and resource not in allowed:
                problems.append(f"{check}: {resource}, and no line in docs/SECURITY-EXCEPTIONS.md")
    for check in reasons.keys() - found.keys():
        problems.append(f"docs/SECURITY-EXCEPTIONS.md: {check} is found nowhere any more")
    print(f"checkov: {report['summary']['passed']} passed, {len(problems)} problems, {len(reasons)} exceptions")
    for problem in problems:
        print(f"  checkov: {problem}", file=sys.stderr)
    return 1 if problems or not report["summary"]["passed"] else 0


if __name__ == "__main__":
    sys.exit(main())
