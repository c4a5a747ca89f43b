"""The environment of every container is what its program knows: settings.tsv, which `<program> config` printed.

`settings.py DIRECTORY` asks the programs in that directory and says where the file is behind them.
"""

from render import DEPLOY, containers, name, of, pod

# Read by the AWS SDK, not by the program.
OTHERS = {"AWS_REGION", "AWS_ROLE_SESSION_NAME"}
# What production must set, of what a program knows: `config` prints what development needs.
PRODUCTION = {
    "DOJOB_AUTH_INTERNAL_URL",
    "DOJOB_AUTH_ISSUER",
    "DOJOB_INTERNAL_KEY",
    "DOJOB_MAIL_FROM",
    "DOJOB_OPERATOR_ADDRESS",
    "DOJOB_OPERATOR_CONTACT",
    "DOJOB_OPERATOR_NAME",
    "DOJOB_PRIVACY_OFFICER",
    "DOJOB_PUBLIC_URL",
    "DOJOB_SMTP_URL",
}


def known():
    """Program → name of a setting → whether it must be set."""
    found = {}
    for line in (DEPLOY / "tests/settings.tsv").read_text().splitlines():
        if not line.startswith("#"):
            program, setting, required = line.split("\t")
            found.setdefault(program, {})[setting] = required == "required"
    return found


def check(built):
    programs = known()
    for where, docs in built.items():
        if not where.startswith("apps/"):
            continue
        maps = {d["metadata"]["name"]: d.get("data", {}) for d in of(docs, "ConfigMap")}
        for doc in of(docs, "Deployment", "Job"):
            for container in containers(pod(doc)):
                program = container["command"][0]
                settings = programs.get(program)
                if settings is None:
                    yield f"{where} {name(doc)}: there is no program {program}"
                    continue
                values = {k: v for source in container.get("envFrom", []) if "configMapRef" in source for k, v in maps[source["configMapRef"]["name"]].items()}
                values |= {entry["name"]: entry.get("value") for entry in container.get("env", [])}
                for unknown in values.keys() - settings.keys() - OTHERS:
                    yield f"{where} {name(doc)}: {program} knows no {unknown}"
                wanted = {s for s, required in settings.items() if required}
                if values.get("DOJOB_ENV") == "production":
                    wanted |= PRODUCTION & settings.keys()
                for missing in wanted - values.keys():
                    yield f"{where} {name(doc)}: {program} wants {missing}"
                for key, value in values.items():
                    if value == "" or "from-platform" in str(value) or str(value).endswith("//"):
                        yield f"{where} {name(doc)}: {key} was never filled in"
