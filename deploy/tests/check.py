#!/usr/bin/env python3
"""Build every overlay and check what comes out: check.py [--write] [CHECK…]. Without names, all of them."""

import pathlib
import sys
import time

sys.dont_write_bytecode = True
sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent))

import argocd  # noqa: E402
import databases  # noqa: E402
import environment  # noqa: E402
import facts  # noqa: E402
import metrics  # noqa: E402
import diagram  # noqa: E402
import pods  # noqa: E402
import reachability  # noqa: E402
import references  # noqa: E402
import render  # noqa: E402
import routes  # noqa: E402
import schemas  # noqa: E402
import workloads  # noqa: E402

CHECKS = {
    "schemas": schemas.check,
    "references": references.check,
    "pods": pods.check,
    "reachability": reachability.check,
    "routes": routes.check,
    "environment": environment.check,
    "workloads": workloads.check,
    "facts": facts.check,
    "databases": databases.check,
    "metrics": metrics.check,
    "argocd": argocd.check,
    "diagram": lambda built: diagram.check(built, told()),
    "release": pods.release,
}


# What a check needs beside the overlays.
MISSING = {"workloads": workloads.missing, "facts": workloads.missing, "databases": databases.missing}


def told():
    return {profile: render.platform(profile) for profile in render.PROFILES}


def main():
    arguments = [a for a in sys.argv[1:] if not a.startswith("--")]
    # What is not released yet may have placeholders.
    chosen = arguments or [c for c in CHECKS if c != "release"]
    try:
        built = render.render()
    except render.Broken as problem:
        print(f"build: {problem}", file=sys.stderr)
        return 1
    print(f"build: {len(built)} built, {sum(map(len, built.values()))} documents")
    if "--write" in sys.argv:
        if "reachability" in chosen:
            for path, text in reachability.tables(built):
                path.parent.mkdir(exist_ok=True)
                path.write_text(text)
        if "diagram" in chosen:
            diagram.FILE.write_text(diagram.draw(built, told()))
    bad = 0
    for check in chosen:
        why = MISSING[check]() if check in MISSING else None
        if why:
            print(f"skipped  {check}: {why}")
            bad += "--strict" in sys.argv
            continue
        began = time.monotonic()
        problems = list(CHECKS[check](built))
        bad += len(problems)
        print(f"{check}: {len(problems)} problems, {time.monotonic() - began:.1f} s")
        for problem in problems:
            print(f"  {check}: {problem}", file=sys.stderr)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
