"""Argo CD: projects that hold, versions that stay, an order that ends."""

import re

from render import DEPLOY, PROFILES, ROOT, name, of

VERSION = re.compile(r"^v?\d+\.\d+\.\d+$")
OURS = "https://github.com/dojob/dojob.git"
CLUSTER_SCOPED = {"Namespace", "StorageClass", "PriorityClass", "IngressClass", "IngressClassParams", "NodePool", "EC2NodeClass"}
NAMESPACES = {"argocd", "dojob", "external-secrets", "keda", "kube-system", "observability"}


def wave(doc):
    return int(doc["metadata"].get("annotations", {}).get("argocd.argoproj.io/sync-wave", "0"))


def check(built):
    for profile in PROFILES:
        yield from (f"{profile} {p}" for p in of_cluster(profile, built[f"argocd/{profile}"], built))
        yield from (f"{profile} {p}" for p in order(built[f"apps/{profile}"]))


def applications(docs):
    for doc in of(docs, "Application"):
        yield doc["metadata"]["name"], doc["metadata"].get("finalizers"), doc["spec"]
    for doc in of(docs, "ApplicationSet"):
        if "missingkey=error" not in doc["spec"].get("goTemplateOptions", []):
            raise ValueError(f"{name(doc)}: a misspelled key would be empty")
        for element in doc["spec"]["generators"][0]["list"]["elements"]:
            template = doc["spec"]["template"]
            fill = lambda text, e=element: re.sub(r"\{\{\.(\w+)\}\}", lambda m: e[m[1]], text)  # noqa: E731
            spec = {**template["spec"], "project": fill(template["spec"]["project"])}
            spec["destination"] = {k: fill(v) for k, v in spec["destination"].items()}
            spec["source"] = {k: fill(v) for k, v in spec["source"].items()}
            yield element["name"], template["metadata"].get("finalizers"), spec


def of_cluster(profile, docs, built):
    projects = {doc["metadata"]["name"]: doc["spec"] for doc in of(docs, "AppProject")}
    for label, finalizers, spec in applications(docs):
        project = projects.get(spec["project"])
        if project is None:
            yield f"{label}: it is of no project of ours ({spec['project']})"
            continue
        if not finalizers:
            yield f"{label}: what it made would stay when it goes"
        automated = spec["syncPolicy"].get("automated", {})
        if not (automated.get("prune") and automated.get("selfHeal")):
            yield f"{label}: it does not follow Git by itself"
        namespace = spec["destination"]["namespace"]
        if namespace not in {d["namespace"] for d in project["destinations"]} or namespace not in NAMESPACES:
            yield f"{label}: {namespace} is not for its project"
        for source in spec.get("sources") or [spec["source"]]:
            if source["repoURL"] not in project["sourceRepos"]:
                yield f"{label}: {source['repoURL']} is not for its project"
            revision = source.get("targetRevision", "HEAD")
            if source["repoURL"] == OURS:
                if revision != "main" or not (ROOT / source["path"]).is_dir():
                    yield f"{label}: {source['path']} at {revision}"
            elif not VERSION.match(revision):
                yield f"{label}: {revision} is no version"
    root = projects["root"]
    may = {(e["group"], e["kind"]) for e in root["clusterResourceWhitelist"] + root["namespaceResourceWhitelist"]}
    for doc in docs:
        if (doc["apiVersion"].rpartition("/")[0], doc["kind"]) not in may:
            yield f"{name(doc)}: the project root may own no {doc['kind']}"
    standard = [
        doc for doc in of(docs, "StorageClass")
        if doc["metadata"]["annotations"].get("storageclass.kubernetes.io/is-default-class") == "true"
    ]
    if len(standard) != 1:
        yield f"{len(standard)} classes of storage are the default: a claim that names none waits for ever"
    paths = [spec["source"]["path"] for _, _, spec in applications(docs) if "source" in spec]
    if f"deploy/apps/overlays/{profile}" not in paths:
        yield f"none of its applications is the overlay {profile}: {paths}"
    waves = {kind: {wave(doc) for doc in of(docs, kind) if doc["metadata"]["name"] != "root"} for kind in ("AppProject", "Application", "ApplicationSet")}
    if not max(waves["AppProject"] - {0}) < min(waves["Application"]) <= max(waves["Application"]) < min(waves["ApplicationSet"]):
        yield f"projects, controllers and dojob do not come in this order: {waves}"
    allowed = {entry["kind"] for entry in projects["dojob"]["clusterResourceWhitelist"]}
    for doc in built[f"apps/{profile}"]:
        scoped = doc["kind"] in CLUSTER_SCOPED
        if scoped and doc["kind"] not in allowed:
            yield f"{name(doc)}: the project dojob may own no {doc['kind']}"
        if not scoped and doc["metadata"].get("namespace") != "dojob":
            yield f"{name(doc)}: it is not in the namespace dojob"
    text = (DEPLOY / "argocd/bootstrap/argocd-cm.patch.yaml").read_text()
    if "resource.customizations.health.argoproj.io_Application" not in text:
        yield "bootstrap: waves wait for nothing without the health of an Application"


def order(docs):
    """First what others read, then the way in, then the databases, then the pods, then what scales them."""
    steps = [("ServiceAccount", "ConfigMap", "ExternalSecret"), ("Service", "Ingress"), ("Job",), ("Deployment",), ("HorizontalPodAutoscaler", "ScaledObject")]
    before = -99
    for kinds in steps:
        waves = [wave(doc) for doc in of(docs, *kinds)]
        # A broker's Service may come earlier than those of the services.
        waves = [w for d, w in zip(of(docs, *kinds), waves, strict=True) if d["metadata"]["name"] != "kafka"]
        if min(waves) <= before:
            yield f"{'/'.join(kinds)} come in wave {min(waves)}, not after {before}"
        before = max(waves)
