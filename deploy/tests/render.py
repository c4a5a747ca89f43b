"""Builds every overlay, as a cluster would get it."""

import json
import pathlib
import re
import shutil
import subprocess
import tempfile

import yaml

DEPLOY = pathlib.Path(__file__).resolve().parent.parent
ROOT = DEPLOY.parent
PROFILES = ("seed", "launch", "scale")
OVERLAYS = ("local", *PROFILES)
# The only thing that is not in this repository: Argo CD itself, at the tag of a release.
REMOTE = re.compile(r"^  - https://github\.com/argoproj/argo-cd//manifests/cluster-install\?ref=(v\d+\.\d+\.\d+)$", re.M)


class Broken(Exception):
    """A directory does not build."""


def build(directory):
    tool = ["kustomize", "build"] if shutil.which("kustomize") else ["kubectl", "kustomize"]
    done = subprocess.run([*tool, str(directory)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise Broken(f"{directory}: {done.stderr.strip()[:400]}")
    return [doc for doc in yaml.safe_load_all(done.stdout) if doc]


def bootstrap():
    """The bootstrap without what it fetches: its patches, onto the bare objects that they change."""
    source = DEPLOY / "argocd/bootstrap"
    text = (source / "kustomization.yaml").read_text()
    if not REMOTE.search(text):
        raise Broken(f"{source}: Argo CD is not taken at the tag of a release")
    with tempfile.TemporaryDirectory() as directory:
        directory = pathlib.Path(directory)
        for path in source.glob("*.yaml"):
            shutil.copy(path, directory)
        bare = ""
        for patch in source.glob("*.patch.yaml"):
            name = yaml.safe_load(patch.read_text())["metadata"]["name"]
            bare += f"---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\n"
        (directory / "bare.yaml").write_text(bare)
        (directory / "kustomization.yaml").write_text(REMOTE.sub("  - bare.yaml", text))
        return build(directory)


def platform(profile):
    """What Terraform told the manifests: name → value."""
    path = DEPLOY / f"clusters/{profile}/platform.env"
    lines = path.read_text().splitlines() if path.exists() else []
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


def without_domain():
    """The profiles as they would be without a domain: scripts/platform-env is told so, in a copy."""
    with tempfile.TemporaryDirectory() as directory:
        root = pathlib.Path(directory)
        shutil.copytree(DEPLOY, root / "deploy", ignore=shutil.ignore_patterns("tests", "__pycache__"))
        (root / "scripts").mkdir()
        shutil.copy(ROOT / "scripts/platform-env", root / "scripts")
        for profile in PROFILES:
            facts = platform(profile) | dict.fromkeys(("DOMAIN", "CERTIFICATE_ARN", "EMAIL_CONFIGURATION_SET"), "")
            done = subprocess.run([root / "scripts/platform-env", profile], input=json.dumps(facts), capture_output=True, text=True, check=False)
            if done.returncode:
                raise Broken(f"{profile} without a domain: {done.stderr.strip()}")
        return {f"apps/no-domain/{name}": build(root / "deploy/apps/overlays" / name) for name in PROFILES}


def render():
    """Name of what was built → its documents."""
    built = {f"apps/{name}": build(DEPLOY / "apps/overlays" / name) for name in OVERLAYS} | without_domain()
    for name in PROFILES:
        root = list(yaml.safe_load_all((DEPLOY / f"argocd/clusters/{name}/root.yaml").read_text()))
        built[f"argocd/{name}"] = build(DEPLOY / f"argocd/clusters/{name}") + root
    built["observability"] = build(DEPLOY / "observability")
    built["bootstrap"] = bootstrap()
    return built


def of(docs, *kinds):
    return [doc for doc in docs if doc["kind"] in kinds]


def name(doc):
    return f"{doc['kind']}/{doc['metadata']['name']}"


def pod(doc):
    """The pod template of a workload; None of anything else."""
    return doc["spec"]["template"] if doc["kind"] in ("Deployment", "StatefulSet", "Job", "DaemonSet") else None


def containers(template):
    return template["spec"].get("initContainers", []) + template["spec"]["containers"]


def selected(selector, labels):
    """Whether a label selector, as of a NetworkPolicy, takes these labels."""
    if any(labels.get(k) != v for k, v in (selector.get("matchLabels") or {}).items()):
        return False
    for e in selector.get("matchExpressions") or []:
        value = labels.get(e["key"])
        if not {
            "In": value in e.get("values", []),
            "NotIn": value not in e.get("values", []),
            "Exists": value is not None,
            "DoesNotExist": value is None,
        }[e["operator"]]:
            return False
    return True
