"""Service accounts, parameters and databases: what the manifests have, Terraform has, and the reverse."""

import json
import re

from render import DEPLOY, PROFILES, ROOT, containers, name, of, platform, pod

LIST = ROOT / "terraform/modules/workload-identity/workloads.json"
ROLE = "eks.amazonaws.com/role-arn"
# Theirs alone: no access to AWS.
WITHOUT_ROLE = {"kafka", "postgres"}
# The driver of volumes is an add-on of EKS, which Terraform installs.
ADD_ON = ("kube-system", "ebs-csi-controller-sa")


def missing():
    """Why this check cannot run; None when it can."""
    return None if LIST.exists() else f"{LIST.relative_to(ROOT)} is not there"


def roles(terraform, profile):
    """(namespace, service account) → its line in Terraform's list: those that this profile has."""
    # Karpenter is where nodes come and go with the pods.
    used = {w["service_account"] for w in terraform["workloads"]} - ({"karpenter"} if profile == "seed" else set())
    return {(w["namespace"], w["service_account"]): w for w in terraform["workloads"] if w["service_account"] in used}


def accounts(built, profile):
    """(namespace, service account) → ARN of its role, if it names one."""
    found = {}
    for doc in of(built[f"apps/{profile}"], "ServiceAccount"):
        note = doc["metadata"].get("annotations", {}).get(ROLE)
        found[doc["metadata"]["namespace"], doc["metadata"]["name"]] = note
    for doc in of(built["observability"], "ServiceAccount"):
        found[doc["metadata"]["namespace"], doc["metadata"]["name"]] = None
    for doc in of(built[f"argocd/{profile}"], "Application"):
        for source in doc["spec"].get("sources", []):
            account = source.get("helm", {}).get("valuesObject", {}).get("serviceAccount", {})
            account = account.get("operator", account)
            if "name" in account:
                found[doc["spec"]["destination"]["namespace"], account["name"]] = account.get("annotations", {}).get(ROLE)
    return found


def check(built):
    if missing():
        return
    terraform = json.loads(LIST.read_text())
    for profile in PROFILES:
        yield from (f"{profile} {p}" for p in of_accounts(built, profile, roles(terraform, profile)))
        yield from (f"{profile}: {p}" for p in of_parameters(built[f"apps/{profile}"], profile, terraform["secrets"]))
    yield from of_databases(built, terraform["databases"])


def of_accounts(built, profile, listed):
    facts, found = platform(profile), accounts(built, profile)
    for key, note in found.items():
        where, workload = "/".join(key), listed.get(key)
        if workload is None:
            if key[1] not in WITHOUT_ROLE:
                yield f"{where}: Terraform knows no such service account"
        elif workload["mode"] == "irsa":
            role = f"arn:aws:iam::{facts.get('AWS_ACCOUNT_ID')}:role/{facts['CLUSTER_NAME']}-{workload['role']}"
            if note != role:
                yield f"{where}: it does not name its role: {note or 'none'}, not {role}"
        elif note:
            yield f"{where}: it names a role, and Terraform gives it none that way ({workload['mode']})"
    yield from (f"{'/'.join(key)}: Terraform has it, and no manifest" for key in sorted(listed.keys() - found.keys() - {ADD_ON}))
    for doc in of(built[f"apps/{profile}"], "SecretStore"):
        account = doc["spec"]["provider"]["aws"]["auth"]["jwt"]["serviceAccountRef"]["name"]
        mode = listed.get((doc["metadata"]["namespace"], account), {}).get("mode")
        if mode != "irsa":
            yield f"{name(doc)}: it asks for a token of {account}, which only irsa takes; Terraform says {mode}"


def of_parameters(docs, profile, stored):
    """Every parameter is read, none is missing, and each reaches the service and variable that Terraform's list says."""
    keys, prefix = {}, f"{platform(profile)['PARAMETER_PREFIX']}/"
    for doc in of(docs, "ExternalSecret"):
        for entry in doc["spec"].get("data", []):
            keys[doc["spec"]["target"]["name"], entry["secretKey"]] = entry["remoteRef"]["key"].removeprefix(prefix)
        for entry in doc["spec"].get("dataFrom", []):
            keys[doc["spec"]["target"]["name"], None] = entry["extract"]["key"].removeprefix(prefix)
    read = set()
    for doc in of(docs, "Deployment", "Job"):
        service = pod(doc)["metadata"]["labels"]["app.kubernetes.io/name"]
        for entry in (e for c in containers(pod(doc)) for e in c.get("env", [])):
            ref = entry.get("valueFrom", {}).get("secretKeyRef")
            if ref:
                read.add((service, keys.get((ref["name"], ref["key"])), entry["name"]))
        # A parameter that is an object of settings: their names are in it, and the service refuses those that it does not know.
        for ref in (s["secretRef"] for c in containers(pod(doc)) for s in c.get("envFrom", []) if "secretRef" in s):
            read.add((service, keys.get((ref["name"], None)), f"DOJOB_{service.upper().replace('-', '_')}_*"))
    wanted = {(secret["service"], secret["parameter"], secret["variable"]) for secret in stored}
    yield from (f"{s}: no parameter {p} for {v} in Terraform" for s, p, v in sorted(read - wanted, key=str))
    yield from (f"{s} does not read the parameter {p} as {v}" for s, p, v in sorted(wanted - read))
    yield from (f"no parameter {p} in Terraform" for p in sorted(set(keys.values()) - {s["parameter"] for s in stored}))


def of_databases(built, databases):
    listed = {(d["database"], d["role"]) for d in databases}
    contracts = {path.stem for path in (ROOT / "contracts/services").glob("*.json")}
    deployed = {doc["metadata"]["name"] for doc in of(built["apps/seed"], "Deployment")}
    for where, services in (("contracts/services", contracts), ("the overlays", deployed)):
        differ = services ^ {d["service"] for d in databases}
        yield from (f"{service}: it is in one of Terraform's databases and {where}, and not in the other" for service in sorted(differ))
    # A cluster on one's own computer has the same.
    text = (DEPLOY / "apps/components/postgres/databases.sql").read_text()
    made = set(re.findall(r"^CREATE DATABASE (\w+) OWNER (\w+);$", text, re.M))
    yield from (f"postgres component: {' of '.join(pair)} is in one of databases.sql and Terraform's list" for pair in sorted(made ^ listed))
