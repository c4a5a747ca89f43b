#!/usr/bin/env python3
"""Play five kinds of days for each of the six objectives and ask promtool which alerts fire: slo.py [--quick]
PROMTOOL RULES…

The rules are PrometheusRule resources; promtool reads their `spec`. `--quick` leaves the days
out: budgets and the tests that are written by hand are looked at all the same.
"""
import concurrent.futures
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

import yaml

# What an objective allows to be bad: said here again, so that a budget that changes by mistake is seen.
BUDGETS = {"availability": 0.001, "latency": 0.05, "sign-in": 0.005, "chat-connect": 0.005, "event-relay": 0.01, "delivery-latency": 0.01}
SERVICE = {"availability": "core", "latency": "core", "sign-in": "auth", "chat-connect": "chat", "event-relay": "core", "delivery-latency": "chat"}
ALERTS = {"SloBurnsFast": "page", "SloBurns": "page", "SloBurnsSlowly": "ticket", "SloBurnsAway": "ticket"}
LONG = 12 * 60

# Name; minutes and how many times the budget is burnt (`all`: everything is bad); at which minute; which fire, which do
# not. What is in neither set is of no interest.
SCENARIOS = (
    ("everything fails: a page within 50 minutes",
     [(120, 0), (50, "all")], 170, {"SloBurnsFast"}, set()),
    ("it fails no more: the page ends within 10 minutes",
     [(60, 0), (60, "all"), (10, 0)], 130, set(), {"SloBurnsFast"}),
    ("nine times too fast: a page, but not the fast one",
     [(2 * 60, 9)], 2 * 60, {"SloBurns"}, {"SloBurnsFast"}),
    ("twice too fast for half a day: a ticket and nobody is woken",
     [(LONG, 2)], LONG, {"SloBurnsAway"}, {"SloBurnsFast", "SloBurns", "SloBurnsSlowly"}),
    ("nine tenths of the budget: silence",
     [(LONG, 0.9)], LONG, set(), set(ALERTS)),
)


def counter(phases, rate):
    """A counter that grows by `rate(ratio)` a minute, in promtool's notation."""
    value, parts = 0, []
    for minutes, ratio in phases:
        step = rate(ratio)
        parts.append(f"{value:g}+{step:g}x{minutes - 1}")
        value += step * minutes
    return " ".join(parts + [f"{value:g}"])


def gauge(phases, step, good, bad):
    """A gauge that is `bad` in as many of the steps as the ratio says, evenly."""
    values = []
    for minutes, ratio in phases:
        debt = 0.0
        for _ in range(minutes // step):
            debt += ratio
            values += [bad if debt >= 1 - 1e-9 else good] * step
            debt -= 1 if debt >= 1 - 1e-9 else 0
    return " ".join(str(v) for v in values)


def series(slo, phases, step):
    phases = [(minutes, 1.0 if times == "all" else times * BUDGETS[slo]) for minutes, times in phases]
    route = {"sign-in": "/api/auth/login", "chat-connect": "/api/chat/ws"}.get(slo, "/api/core/needs")
    labels = f'service="{SERVICE[slo]}",method="GET",route="{route}"'
    if slo == "latency":
        return {
            'dojob_http_seconds_count{service="core"}': counter(phases, lambda _: 10_000),
            'dojob_http_seconds_bucket{service="core",le="0.256"}': counter(phases, lambda bad: 10_000 * (1 - bad)),
        }
    if slo == "event-relay":
        return {'dojob_outbox_seconds{service="core",pod="a"}': gauge(phases, step, 0.1, 60)}
    if slo == "delivery-latency":
        return {
            'dojob_consumer_lag{consumer="chat/conversation",source="core",pod="a"}': gauge(phases, step, 0, 800),
            'dojob_consumer_lag{consumer="chat/conversation",source="core",pod="b"}': gauge(phases, step, 0, 800),
        }
    return {
        f'dojob_http_requests_total{{{labels},status="200"}}': counter(phases, lambda bad: 10_000 * (1 - bad)),
        f'dojob_http_requests_total{{{labels},status="503"}}': counter(phases, lambda bad: 10_000 * bad),
        # A mistake of the caller's is none of ours.
        f'dojob_http_requests_total{{{labels},status="401"}}': counter(phases, lambda _: 1),
    }


def budgets(rules):
    """Objectives that are not what this file says."""
    said = {
        rule["labels"]["slo"]: rule["expr"]
        for path in rules for group in yaml.safe_load(pathlib.Path(path).read_text())["spec"]["groups"]
        for rule in group["rules"] if rule.get("record") == "slo:objective:ratio"
    }
    return [
        f"{slo} allows another budget than {budget:g}: {said.get(slo)}"
        for slo, budget in BUDGETS.items() if said.get(slo) != f"vector({1 - budget:g})"
    ]


def main():
    quick = "--quick" in sys.argv
    promtool, *rules = [a for a in sys.argv[1:] if a != "--quick"]
    wrong = budgets(rules)
    for problem in wrong:
        print(problem, file=sys.stderr)
    if wrong:
        return 1
    with tempfile.TemporaryDirectory() as directory:
        directory = pathlib.Path(directory)
        for path in map(pathlib.Path, rules):
            (directory / path.name).write_text(json.dumps(yaml.safe_load(path.read_text())["spec"]))
        names = [pathlib.Path(rule).name for rule in rules]

        def play(slo, number):
            name, phases, at, fire, silent = SCENARIOS[number]
            # Half a day is looked at every five minutes, or this takes as long as a coffee.
            step = 5 if at >= LONG else 1
            # promtool compares annotations too, which hold the measured value: the alert is asked for as a series.
            tests = [
                {
                    "expr": f'sum(ALERTS{{alertname="{alert}",alertstate="firing",slo="{slo}",service="{SERVICE[slo]}",'
                            f'severity="{ALERTS[alert]}"}})',
                    "eval_time": f"{at}m",
                    "exp_samples": [{"labels": "{}", "value": 1}] if alert in fire else [],
                }
                for alert in sorted(fire | silent)
            ]
            # Of an objective that nothing is known of, nothing may fire.
            tests.append({"expr": f'ALERTS{{slo!="{slo}",slo!="",slo!="availability"}}', "eval_time": f"{at}m", "exp_samples": []})
            file = directory / f"{slo}-{number}.json"
            file.write_text(json.dumps({
                "rule_files": names,
                "evaluation_interval": f"{step}m",
                "tests": [{
                    "interval": "1m",
                    "input_series": [{"series": k, "values": v} for k, v in series(slo, phases, step).items()],
                    "promql_expr_test": tests,
                }],
            }))
            done = subprocess.run([promtool, "test", "rules", file], capture_output=True, text=True, check=False)
            return done.returncode, f"{slo}: {name}", done.stdout + done.stderr

        def play_file(path):
            """Tests that are written by hand, beside the rules that they name."""
            shutil.copy(path, directory / f"test-{path.name}")
            done = subprocess.run([promtool, "test", "rules", directory / f"test-{path.name}"], capture_output=True, text=True, check=False)
            return done.returncode, path.name, done.stdout + done.stderr

        checked = [
            (done.returncode, name, done.stdout + done.stderr)
            for name in names
            for done in [subprocess.run([promtool, "check", "rules", directory / name], capture_output=True, text=True, check=False)]
        ]
        by_hand = [play_file(path) for path in sorted((pathlib.Path(rules[0]).parent.parent / "tests").glob("*.yaml"))]
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            results = list(pool.map(lambda job: play(*job), [(slo, n) for slo in BUDGETS for n in range(len(SCENARIOS)) if not quick]))
    failed = [result for result in checked + by_hand + results if result[0]]
    for _, name, output in failed:
        print(f"{name}\n{output}", file=sys.stderr)
    print(f"{len(results)} scenarios of {len(BUDGETS)} objectives, {len(by_hand)} files of tests, {len(failed)} not as they should be")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
