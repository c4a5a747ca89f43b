#!/usr/bin/env python3
"""What checkov finds in the overlays is just what docs/SECURITY-EXCEPTIONS.md gives a reason for: exceptions.py CHECKOV."""

import os
import pathlib
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True

import yaml  # noqa: E402
from render import PROFILES, ROOT, render  # noqa: E402


def main():
    built = render()
    with tempfile.TemporaryDirectory() as directory:
        manifests, report = pathlib.Path(directory) / "manifests", pathlib.Path(directory) / "report.json"
        manifests.mkdir()
        for name in (*(f"apps/{p}" for p in PROFILES), "observability", "bootstrap"):
            path = manifests / f"{name.replace('/', '-')}.yaml"
            path.write_text(yaml.safe_dump_all(built[name], sort_keys=False))
        with report.open("w") as file:
            # It ends with 1 for every finding; findings.py compares them with what is accepted.
            subprocess.run(
                [sys.argv[1], "-d", manifests, "--framework", "kubernetes", "--skip-download", "--quiet", "--compact", "-o", "json"],
                stdout=file, check=False,
            )
        compare = [sys.executable, ROOT / "scripts/infra/findings.py", ROOT / "docs/SECURITY-EXCEPTIONS.md", report]
        return subprocess.run(compare, env={**os.environ, "SECTION": "kubernetes"}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
