"""modules/workload-identity/workloads.json is well formed and every grant that it names is defined, and the reverse."""

import json
import pathlib
import re
import sys

tree = pathlib.Path(sys.argv[1])
module = tree / "terraform/modules/workload-identity"
data = json.loads((module / "workloads.json").read_text())
errors = []

seen, roles = set(), set()
granted = set()
for workload in data["workloads"]:
    name = f"{workload['namespace']}/{workload['service_account']}"
    if name in seen:
        errors.append(f"{name} is listed twice")
    seen.add(name)
    if workload["mode"] not in ("irsa", "pod_identity", "none"):
        errors.append(f"{name}: mode: expected one of: irsa, pod_identity, none")
    if (workload["mode"] == "none") != (workload["role"] is None):
        errors.append(f"{name}: a role and the mode none exclude each other")
    if workload["role"] is not None and workload["role"] in roles:
        errors.append(f"{name}: the role {workload['role']} belongs to another service account")
    roles.add(workload["role"])
    if any(grant.startswith("kafka") for grant in workload["grants"]) and workload["mode"] != "irsa":
        errors.append(f"{name}: who speaks Kafka comes by irsa; MSK drops sessions of Pod Identity when they are renewed")
    if "parameters" in workload["grants"] and workload["mode"] != "irsa":
        errors.append(f"{name}: the store of External Secrets comes by irsa; Pod Identity gives credentials to pods alone, and it is none")
    granted.update(workload["grants"])

text = (module / "grants.tf").read_text()
defined = set(re.findall(r"^    ([a-z-]+) +?= \[", text, re.M)) | set(re.findall(r"^    (load-balancer|karpenter) +=", text, re.M))
for grant in sorted(granted ^ defined):
    errors.append(f"grant {grant}: " + ("named in workloads.json, not in grants.tf" if grant in granted else "in grants.tf, named by nobody"))

services = {entry["service"] for entry in data["databases"]}
for secret in data["secrets"]:
    if secret["service"] not in services:
        errors.append(f"secret {secret['parameter']}: {secret['service']} is no service")
for service in services:
    if not (tree / "services" / service).is_dir():
        errors.append(f"{service} is no folder of services/")
    variable = f"DOJOB_{service.upper().replace('-', '_')}_DATABASE_URL"
    if variable not in {secret["variable"] for secret in data["secrets"]}:
        errors.append(f"{service}: no secret holds {variable}")

for stack in ("foundation", "data", "platform", "edge"):
    for name in ("common.tf", "profile.tf"):
        link = tree / "terraform/stacks" / stack / name
        if not link.is_symlink() or link.resolve() != (tree / "terraform/stacks" / name).resolve():
            errors.append(f"{link.relative_to(tree)} is no link to stacks/{name}")

print("\n".join(errors) or f"summary: {len(seen)} service accounts, {len(data['secrets'])} secrets, {len(services)} databases")
sys.exit(bool(errors))
