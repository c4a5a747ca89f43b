"""Every metric of a rule or a dashboard is one that the programs have."""

import json
import re

from render import DEPLOY, ROOT, of

OTHERS = {"kube_job_status_failed", "ALERTS"}
# What PromQL itself says; labels stand in braces or brackets of their own.
WORDS = set(
    "sum max min by on and or unless without group_left group_right bool rate increase vector absent avg_over_time label_replace"
    " histogram_quantile topk".split()
)


def of_the_code():
    """Names as they are scraped: counters end in `_total`, histograms in three ways."""
    text = (ROOT / "crates/kernel/src/metrics.rs").read_text()
    kinds = dict(re.findall(r"^    (\w+): Family<\w+, (Counter|Gauge|Histogram)", text, re.M))
    names = {}
    for found, field in re.findall(r'registry\.register\(\s*"(\w+)",[^;]*?(\w+)\.clone\(\)', text):
        names[found] = kinds[field]
    for field, found in re.findall(r'(\w+): listed\(\s*&mut registry,\s*"(\w+)"', text):
        names[found] = kinds[field]
    ends = {"Counter": ("_total",), "Gauge": ("",), "Histogram": ("_bucket", "_sum", "_count")}
    return {f"dojob_{found}{end}" for found, kind in names.items() for end in ends[kind]}


def metrics(expr):
    bare = re.sub(r'"[^"]*"|\{[^}]*\}|\[[^\]]*\]|\b(by|on|without|group_left)\s*\([^)]*\)', " ", expr)
    return set(re.findall(r"[a-zA-Z_:][\w:]*", bare)) - WORDS


def check(built):
    exprs, recorded, alerts = [], set(), []
    for doc in of(built["observability"], "PrometheusRule"):
        for group in doc["spec"]["groups"]:
            for rule in group["rules"]:
                exprs.append((rule.get("alert") or rule["record"], rule["expr"]))
                recorded |= {rule["record"]} if "record" in rule else set()
                if "alert" in rule:
                    alerts.append(rule)
    for path in sorted((DEPLOY / "observability/dashboards").glob("*.json")):
        for panel in json.loads(path.read_text())["panels"]:
            exprs += [(f"{path.stem}: {panel['title']}", target["expr"]) for target in panel["targets"]]
    known = of_the_code() | recorded | OTHERS
    for where, expr in exprs:
        yield from (f"{where}: nothing has a metric {metric}" for metric in sorted(metrics(expr) - known))
    slos = {rule["labels"]["slo"] for d in of(built["observability"], "PrometheusRule") for g in d["spec"]["groups"] for rule in g["rules"] if "slo" in rule.get("labels", {})}
    if len(slos) != 6:
        yield f"{len(slos)} objectives, not six"
    for rule in alerts:
        runbook = rule["annotations"].get("runbook", "")
        for slo in slos if "$labels.slo" in runbook else [""]:
            path = runbook.replace("{{ $labels.slo }}", slo)
            if not path or not (ROOT / path).exists():
                yield f"{rule['alert']}: no runbook {path}"
        if rule["labels"]["severity"] not in ("page", "ticket"):
            yield f"{rule['alert']}: it neither wakes anyone nor makes a ticket"
