"""Service accounts, parameters, databases and facts: what the manifests have, Terraform has, and the reverse."""

import json
import re

from render import DEPLOY, PROFILES, ROOT, of

OUTPUTS = ROOT / "terraform/stacks/platform/outputs.tf"
LIST = ROOT / "terraform/modules/workload-identity/workloads.json"
# Theirs alone: no access to AWS.
WITHOUT_ROLE = {"kafka", "postgres"}


def missing():
    """Why this check cannot run; None when it can."""
    return None if LIST.exists() else f"{LIST.relative_to(ROOT)} is not there"


def accounts(built, profile):
    """(namespace, service account) → ARN of its role, if it names one."""
    found = {}
    for doc in of(built[f"apps/{profile}"], "ServiceAccount"):
        note = doc["metadata"].get("annotations", {}).get("eks.amazonaws.com/role-arn")
        found[doc["metadata"]["namespace"], doc["metadata"]["name"]] = note
    for doc in of(built["observability"], "ServiceAccount"):
        found[doc["metadata"]["namespace"], doc["metadata"]["name"]] = None
    for doc in of(built[f"argocd/{profile}"], "Application"):
        for source in doc["spec"].get("sources", []):
            account = source.get("helm", {}).get("valuesObject", {}).get("serviceAccount", {})
            account = account.get("operator", account)
            if "name" in account:
                note = account.get("annotations", {}).get("eks.amazonaws.com/role-arn")
                found[doc["spec"]["destination"]["namespace"], account["name"]] = note
    return found


def check(built):
    if missing():
        return
    terraform = json.loads(LIST.read_text())
    listed = {(w["namespace"], w["service_account"]): w for w in terraform["workloads"]}
    seen = set()
    for profile in PROFILES:
        for key, note in accounts(built, profile).items():
            seen.add(key)
            where = f"{profile} {key[0]}/{key[1]}"
            if key not in listed:
                if key[1] not in WITHOUT_ROLE:
                    yield f"{where}: Terraform knows no such service account"
            elif listed[key]["mode"] == "irsa" and not note:
                yield f"{where}: it does not name its role"
            elif listed[key]["mode"] != "irsa" and note:
                yield f"{where}: it names a role, and Terraform gives it none that way ({listed[key]['mode']})"
    for key in listed.keys() - seen:
        # The driver of volumes is an add-on of EKS, which Terraform installs.
        if key != ("kube-system", "ebs-csi-controller-sa"):
            yield f"Terraform: {key[0]}/{key[1]} is no service account of any manifest"
    for profile in PROFILES:
        read = {
            entry["remoteRef"]["key"].removeprefix(f"/dojob/{profile}/")
            for doc in of(built[f"apps/{profile}"], "ExternalSecret") for entry in doc["spec"]["data"]
        }
        stored = {secret["parameter"] for secret in terraform["secrets"]}
        yield from (f"{profile}: no parameter {p} in Terraform" for p in sorted(read - stored))
        yield from (f"{profile}: nobody reads the parameter {p}" for p in sorted(stored - read))
    roles = {w["service_account"] for w in terraform["workloads"] if w["namespace"] == "dojob"} - {"migrate", "external-secrets"}
    yield from (f"Terraform: no database for {s}" for s in sorted(roles ^ {d["service"] for d in terraform["databases"]}))
    if OUTPUTS.exists():
        facts = set(re.findall(r"^    ([A-Z][A-Z0-9_]+) +=", OUTPUTS.read_text(), re.M))
        facts |= {
            f"ROLE_ARN_{w['namespace']}_{w['service_account']}".upper().replace("-", "_") for w in terraform["workloads"] if w["role"]
        }
        for profile in PROFILES:
            lines = (DEPLOY / f"clusters/{profile}/platform.env").read_text().splitlines()
            named = {line.split("=")[0] for line in lines if not line.startswith("#")}
            yield from (f"{profile}: Terraform's platform_env has no {fact}" for fact in sorted(named - facts))
