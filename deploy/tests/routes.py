"""Sixty paths, through the rules of the rendered Ingress, as the balancer reads them: in order, the first that fits."""

import json
import re

from render import DEPLOY, PROFILES, ROOT, of

MOST_RULES = 100  # What a listener may have, without the default.


def fits(pattern, path):
    """`*` is any characters, `?` is one: a balancer knows no segments."""
    return re.fullmatch("".join({"*": ".*", "?": "."}.get(c, re.escape(c)) for c in pattern), path) is not None


def samples():
    """Path → service, or `-` where no service is meant."""
    lines = (DEPLOY / "tests/paths.tsv").read_text().splitlines()
    return dict(line.split("\t") for line in lines if line and not line.startswith("#"))


def check(built):
    mounts = {}
    for path in sorted((ROOT / "contracts/services").glob("*.json")):
        service = json.loads(path.read_text())
        mounts |= dict.fromkeys(service["mounts"], service["service"])
    if len(samples()) < 60:
        yield f"paths.tsv: {len(samples())} paths are less than 60"
    for path, expected in samples().items():
        said = next((s for m, s in mounts.items() if path == m or path.startswith(f"{m}/")), "-")
        if said != expected:
            yield f"paths.tsv: {path} is {said}'s by contracts/services, not {expected}'s"
    for profile in PROFILES:
        [ingress] = of(built[f"apps/{profile}"], "Ingress")
        rules = [p for rule in ingress["spec"]["rules"] for p in rule["http"]["paths"]]
        if len(rules) > MOST_RULES:
            yield f"{profile}: {len(rules)} rules"
        for path, expected in samples().items():
            hit = next((r["backend"]["service"]["name"] for r in rules if fits(r["path"], path)), "-")
            if hit != expected:
                yield f"{profile}: {path} goes to {hit}, not to {expected}"
