"""Compares checkov's findings with the table of docs/SECURITY-EXCEPTIONS.md: none may be left over, no row may be unused.

usage: findings.py SECURITY-EXCEPTIONS.md REPORT.json...
SECTION names the part of the page, "terraform" without it; LEAST is how many checks must have passed, 100 without it.
"""

import collections
import fnmatch
import json
import os
import re
import sys

MOST = 25  # rows that the whole project may have
SECTION = os.environ.get("SECTION", "terraform")
LEAST = int(os.environ.get("LEAST", "100"))

page, *reports = sys.argv[1:]
rows = []  # (check, pattern of the resource), of the sections that are meant
section = ""
total = 0
for line in open(page):
    if line.startswith("## "):
        section = line[3:].strip()
    match = re.match(r"\| `(CKV2?_[A-Z0-9]+_\d+)` \| `([^`]+)` \| (.+) \|$", line.rstrip())
    if match:
        total += 1
        if section.lower().startswith(SECTION):
            if len(match[3]) < 30:
                sys.exit(f"{page}: {match[1]} needs a reason")
            rows.append((match[1], match[2]))

used = collections.Counter()
left = {}
passed = 0
for report in reports:
    text = open(report).read()
    parts = json.loads(text) if text.strip() else []
    parts = parts if isinstance(parts, list) else [parts]
    here = 0
    for part in parts:
        here += part["summary"]["passed"]
        if part["summary"]["parsing_errors"]:
            left[("parsing", report)] = "there are files that checkov cannot read; `checkov --compact` without -o names them"
        for finding in part["results"]["failed_checks"]:
            resource = finding["resource"]
            plain = re.sub(r"\[[^\]]*\]", "", resource)
            row = next((row for row in rows if row[0] == finding["check_id"] and fnmatch.fnmatch(plain, "*" + row[1])), None)
            if row:
                used[row] += 1
            else:
                left[(finding["check_id"], resource)] = finding["check_name"]
    if here < LEAST:
        sys.exit(f"{report}: checkov passed only {here} checks, so it did not see the configuration")
    passed += here

for (check, resource), name in sorted(left.items()):
    print(f"{check} {resource}: {name}")
for row in rows:
    if not used[row]:
        print(f"{page}: {row[0]} for {row[1]} is not needed any more")
if total > MOST:
    print(f"{page}: {total} exceptions, at most {MOST}")
print(f"summary: {passed} passed, {sum(used.values())} findings accepted by {len(rows)} rows, {len(left)} left")
sys.exit(bool(left) or any(not used[row] for row in rows) or total > MOST)
