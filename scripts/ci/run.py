"""Runs the suites of suites.py and prints a table of laps at the end, also after a failure. Called by .ci/run.

usage: .ci/run [SUITE...]     without names all of them; with names these, whatever was green before
CI_ALL=1 runs what was green before, too; on GitHub (GITHUB_ACTIONS) that is always so.

A green mark is a file in the cache, named by the suite and the hash of its inputs. Only a run on a clean work tree leaves one.
"""

import dataclasses
import functools
import hashlib
import json
import os
import pathlib
import platform
import re
import subprocess
import sys
import time

from suites import EVERYTHING, SUITES

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOLS = (
    "rustc -vV", "cargo --version", "cc --version", "node --version", "npm --version", "java --version", "mvn --version", "python3 --version",
    "terraform version", "kubectl version --client", "go version", "chromium --version", "google-chrome --version", "psql --version",
)
# Settings that change what a suite does. Where it builds is not one of them.
SETTINGS = re.compile(r"^(DOJOB|E2E|FUZZ|FAULTS|CARGO|RUST|NODE|NPM|npm|PLAYWRIGHT|VITEST|PG|KAFKA|TF|LC|CI|MAKE|DRILL|ROLLOUT)_|^(CI|TZ|LANG|CHROMIUM|DEMO|RUSTFLAGS|MAKEFLAGS|PGHOST|CC|CFLAGS)$")
PLACES = {"CARGO_TARGET_DIR", "CARGO_HOME", "RUSTUP_HOME", "CI_ALL"}
ANSI = re.compile(r"\x1b\[[0-9;]*m")
# How the runners say what passed: cargo, vitest, Playwright, unittest.
RUNNERS = re.compile(r"test result: ok\. (\d+) passed|^ *Tests +.*?(\d+) passed|^ *(\d+) passed \(|^Ran (\d+) tests?")
# What web/e2e/lib/flakyReporter.ts says at the end: each test that passed only at the second try, and how many.
FLAKY = re.compile(r"^ *flaky: (\d+)")
FLAKED = re.compile(r"^flaky at .+")


@dataclasses.dataclass
class Lap:
    name: str
    result: str
    seconds: int = 0
    passed: int = 0
    flaky: int = 0
    hash: str = "-"
    last: str = ""  # the runner's last word
    flaked: list[str] = dataclasses.field(default_factory=list)


def git(*arguments):
    return subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True).stdout


@functools.cache
def versions():
    lines = []
    for tool in TOOLS:
        try:
            done = subprocess.run(tool.split(), capture_output=True, text=True, check=False, timeout=60, env={**os.environ, "CHECKPOINT_DISABLE": "1"})
            lines.append(f"{tool}: {done.stdout.strip()}")
        except OSError:
            lines.append(f"{tool}: absent")
    return lines


def machine(environment):
    """What a result depends on besides the files: tools, system, settings."""
    release = pathlib.Path("/etc/os-release")
    system = [line for line in release.read_text().splitlines() if line.startswith(("ID=", "VERSION_ID="))] if release.exists() else []
    settings = [f"{name}={value}" for name, value in sorted(environment.items()) if SETTINGS.search(name) and name not in PLACES]
    return "\n".join([platform.machine(), *platform.libc_ver(), *system, *versions(), *settings])


def inputs(suite, facts):
    """The hash of all that a suite's result depends on."""
    files = git("ls-files", "--stage", "-z", "--", *EVERYTHING, *suite.reads)
    return hashlib.sha256("\0".join([suite.command, facts, files]).encode()).hexdigest()[:16]


def observe(line, lap):
    """Takes from a line of a log what the table shows."""
    line = ANSI.sub("", line.rstrip())
    if found := FLAKY.search(line):
        lap.flaky += int(found[1])
    if FLAKED.search(line):
        lap.flaked.append(line)
    if found := RUNNERS.search(line):
        count = int(next(group for group in found.groups() if group))
        lap.passed += count
        if count:
            lap.last = line.strip()


def perform(suite, environment):
    """Runs a suite, its log passed on as it comes."""
    lap, began = Lap(suite.name, "ok"), time.monotonic()
    with subprocess.Popen(["bash", "-c", suite.command], cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace") as process:
        for line in process.stdout:
            print(line, end="", flush=True)
            observe(line, lap)
    lap.seconds = round(time.monotonic() - began)
    if process.returncode:
        lap.result = f"FAILED ({process.returncode})"
    elif suite.tests and not lap.passed:
        lap.result = "FAILED (it ran no test)"
    return lap


class Marks:
    """What was green before on this machine."""

    def __init__(self, folder):
        self.folder = folder

    def read(self, name, key):
        path = self.folder / f"{name}-{key}.json"
        return json.loads(path.read_text()) if path.exists() else None

    def write(self, name, key, seconds):
        self.folder.mkdir(parents=True, exist_ok=True)
        mark = {"commit": git("rev-parse", "HEAD").strip(), "at": time.strftime("%Y-%m-%d %H:%M", time.gmtime()), "seconds": seconds}
        (self.folder / f"{name}-{key}.json").write_text(json.dumps(mark) + "\n")


def table(laps, total):
    rows = [("suite", "result", "s", "passed", "flaky", "inputs")]
    rows += [(lap.name, lap.result, str(lap.seconds), str(lap.passed or ""), str(lap.flaky or ""), lap.hash) for lap in laps]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["", "\n".join(f"{lap.name}: {lap.last}" for lap in laps if lap.last), ""]
    lines += ["  ".join(cell.rjust(width) if column in (2, 3, 4) else cell.ljust(width) for column, (cell, width) in enumerate(zip(row, widths))).rstrip() for row in rows]
    count = lambda *words: sum(lap.result.startswith(words) for lap in laps)  # noqa: E731
    lines.append(f"\n{count('ok')} ran, {count('green')} skipped because they were green before, {count('in ')} ran in another, {count('FAILED')} failed, {count('not run')} not run")
    lines += [f"{lap.name}: {test}" for lap in laps for test in lap.flaked]
    lines.append(f"flaky: {sum(lap.flaky for lap in laps)}\ntotal: {total} s")
    return "\n".join(lines)


def clean():
    return not git("status", "--porcelain", "--untracked-files=all")


def run(suites, marks, environment, everything=False, facts=None):
    """The laps of the suites: until one fails, the others are then `not run`."""
    facts = machine(environment) if facts is None else facts
    laps, covered, failed = [], {}, False
    if not (trusted := clean()):
        print("the work tree is not clean: every suite runs, and none is marked green")
    for suite in suites:
        key = "" if suite.always else inputs(suite, facts)
        mark = marks.read(suite.name, key) if key and trusted and not everything else None
        if failed:
            lap = Lap(suite.name, "not run")
        elif suite.name in covered:
            lap = Lap(suite.name, f"in {covered[suite.name]}")
        elif mark:
            lap = Lap(suite.name, f"green at {mark['at']}, {mark['commit'][:9]}, {mark['seconds']} s")
        else:
            print(f"\n### {suite.name}: {suite.command}", flush=True)
            lap = perform(suite, environment)
            print(f"\n### {suite.name}: {lap.seconds} s, {lap.result}", flush=True)
            failed = lap.result != "ok"
            if not failed:
                covered |= dict.fromkeys(suite.covers, suite.name)
        # What came out of a tree that changed meanwhile proves nothing about the one that was hashed.
        if key and trusted and (lap.result == "ok" or lap.result.startswith("in ")) and (trusted := clean()):
            marks.write(suite.name, key, lap.seconds)
        lap.hash = key or "-"
        laps.append(lap)
    return laps


def main(names):
    unknown = set(names) - {suite.name for suite in SUITES}
    if unknown:
        sys.exit(f"ci: {', '.join(sorted(unknown))}: expected one of: {', '.join(suite.name for suite in SUITES)}")
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "dojob"
    environment = {
        "CARGO_TARGET_DIR": str(cache / "target"), **os.environ,
        # One set of features for all but README's commands: what a suite needs is built with the rest.
        "CI": "true", "CI_ONE_BUILD": "1", "CARGO_TERM_COLOR": "never",
    }
    everything = bool(os.environ.get("CI_ALL") or os.environ.get("GITHUB_ACTIONS") or names)
    began = time.monotonic()
    laps = run([suite for suite in SUITES if not names or suite.name in names], Marks(cache / "green"), environment, everything)
    print(table(laps, round(time.monotonic() - began)))
    return any(lap.result.startswith(("FAILED", "not run")) for lap in laps)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
