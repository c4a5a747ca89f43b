"""What scripts/databases stores is what the pods can use: it runs here, with stand-ins for AWS and for the server."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import urllib.parse

import workloads
from render import PROFILES, ROOT, containers, name, of, platform, pod

# A user of SES has such a password; in an address its slash is written %2F.
SMTP = "smtps://AKIA:a%2Fb%2Bc@email-smtp.ap-northeast-2.amazonaws.com:465"
# Each keeps what it was told. A parameter comes in a file of the command line; that of a database's role as a variable.
AWS = """#!/bin/sh
[ "$2" = put-parameter ] || exit 1
cat "${4#file://}" >>"$KEPT/parameters"
"""
PSQL = """#!/bin/sh
echo "$*" >>"$KEPT/roles"
cat >/dev/null
"""


def missing():
    """Why this check cannot run; None when it can."""
    absent = [tool for tool in ("bash", "jq", "openssl") if not shutil.which(tool)]
    return f"{' and '.join(absent)} is absent" if absent else None


def store(profile, host, smtp=SMTP):
    """Parameters that the script puts, and (database, role, password) of what it makes."""
    with tempfile.TemporaryDirectory() as directory:
        kept = pathlib.Path(directory)
        for tool, text in (("aws", AWS), ("psql", PSQL)):
            (kept / tool).write_text(text)
            (kept / tool).chmod(0o755)
        environment = {**os.environ, "PATH": f"{kept}:{os.environ['PATH']}", "KEPT": str(kept), "SMTP_URL": smtp}
        subprocess.run([ROOT / "scripts/databases", profile, host], env=environment, capture_output=True, check=True)
        text, decoder, parameters = (kept / "parameters").read_text(), json.JSONDecoder(), {}
        while text.strip():
            entry, end = decoder.raw_decode(text.lstrip())
            parameters[entry["Name"]] = entry
            text = text.lstrip()[end:]
        made = set()
        for line in (kept / "roles").read_text().splitlines():
            made.add(tuple(re.search(rf"--set {key}=(\S+)", line)[1] for key in ("database", "role", "password")))
    return parameters, made


def check(built):
    if missing() or workloads.missing():
        return
    listed, facts = json.loads(workloads.LIST.read_text()), platform("seed")
    prefix = facts["PARAMETER_PREFIX"]
    try:
        parameters, made = store("seed", facts.get("DATABASE_HOST", ""))
    except subprocess.CalledProcessError as problem:
        yield f"scripts/databases ended with {problem.returncode}: {problem.stderr.decode().strip()}"
        return
    if parameters.get(f"{prefix}/notify-address/smtp-url", {}).get("Value") != SMTP:
        yield "the mail server's address is not stored as it was told"
    for smtp in ("", "smtp://user:password@host:25", SMTP.replace("%2F", "/")):
        try:
            store("seed", facts.get("DATABASE_HOST", ""), smtp)
            yield f"scripts/databases takes {smtp!r} for a mail server"
        except subprocess.CalledProcessError:
            pass
    wanted = {f"{prefix}/{secret['parameter']}" for secret in listed["secrets"]}
    yield from (f"{p}: it is in one of scripts/databases and Terraform's list" for p in sorted(wanted ^ parameters.keys()))
    for path, entry in parameters.items():
        if (entry["Type"], entry["KeyId"]) != ("SecureString", f"alias/{facts['CLUSTER_NAME']}"):
            yield f"{path} is a {entry['Type']} under {entry['KeyId']}"
        if path.endswith("/signing-key"):
            yield from (f"{path} {p}" for p in of_key(entry["Value"]))
        if path.endswith("/internal-key") and not re.fullmatch(r"[0-9a-f]{64}", entry["Value"]):
            yield f"{path} is no key of 64 hexadecimal digits"
    if parameters.get(f"{prefix}/auth/providers", {}).get("Value") != "{}":
        yield "a provider is registered that nobody has registered with"
    for database in listed["databases"]:
        said = urllib.parse.urlsplit(parameters.get(f"{prefix}/{database['service']}/database-url", {"Value": ""})["Value"])
        if (said.hostname, said.port, said.username, said.path) != (facts.get("DATABASE_HOST"), 5432, database["role"], f"/{database['database']}"):
            yield f"{database['service']}'s address is not that of its database"
        if (database["database"], database["role"], said.password) not in made:
            yield f"{database['service']}'s password is not the one that its role was given"
        for profile in PROFILES:
            yield from (f"{profile}: {p}" for p in of_roots(built[f"apps/{profile}"], database["service"], dict(urllib.parse.parse_qsl(said.query))))


def of_key(pem):
    """What auth reads: services/auth/src/issuer/key.rs."""
    if not pem.startswith("-----BEGIN PRIVATE KEY-----\n"):
        yield "is no PKCS #8"
        return
    text = subprocess.run(["openssl", "pkey", "-noout", "-text"], input=pem, capture_output=True, text=True, check=False).stdout
    # By its name: a curve that is spelled out is one that nobody else reads.
    if "ASN1 OID: prime256v1" not in text:
        yield "is no key on P-256"


def of_roots(docs, service, query):
    """The server is verified, and by a file that the service and its migration have."""
    if query.get("sslmode") != "verify-full":
        yield f"{service}: sslmode is {query.get('sslmode')}: the program says verify-full or nothing"
    maps = {d["metadata"]["name"]: set(d.get("data") or {}) for d in of(docs, "ConfigMap")}
    for doc in of(docs, "Deployment", "Job"):
        if doc["metadata"]["name"] not in (service, f"{service}-migrate"):
            continue
        volumes = {v["name"]: maps[v["configMap"]["name"]] for v in pod(doc)["spec"].get("volumes", []) if "configMap" in v}
        [container] = containers(pod(doc))
        files = {f"{m['mountPath']}/{key}" for m in container.get("volumeMounts", []) for key in volumes.get(m["name"], ())}
        if query.get("sslrootcert") not in files:
            yield f"{name(doc)}: the roots are said to be in {query.get('sslrootcert')}, and it has {sorted(files)}"
