"""What every pod has to be: closed, bounded, watched, and ended with patience."""

import re

from render import containers, name, of, pod

PLACEHOLDER = "sha256:" + "0" * 64


def check(built):
    problems = []
    for where, docs in built.items():
        problems += [f"{where} {p}" for p in hardened(docs)]
        if where.startswith("apps/"):
            problems += [f"{where} {p}" for p in (*service(where, docs), *timing(docs))]
    return problems


def hardened(docs):
    for doc in of(docs, "Namespace"):
        for mode in ("enforce", "audit", "warn"):
            if doc["metadata"].get("labels", {}).get(f"pod-security.kubernetes.io/{mode}") != "restricted":
                yield f"{name(doc)}: pod security is not restricted ({mode})"
    for doc in of(docs, "ServiceAccount"):
        if doc.get("automountServiceAccountToken") is not False:
            yield f"{name(doc)}: it hands out a token"
    for doc in docs:
        template = pod(doc)
        if not template:
            continue
        spec, context = template["spec"], template["spec"].get("securityContext", {})
        wrong = {
            "a token of the API is mounted": spec.get("automountServiceAccountToken") is not False,
            "it may run as root": not context.get("runAsNonRoot") or context.get("runAsUser", 0) < 10_000,
            "seccomp is not RuntimeDefault": context.get("seccompProfile", {}).get("type") != "RuntimeDefault",
            "service links fill its environment": spec.get("enableServiceLinks") is not False,
            "it uses something of the node": any(spec.get(k) for k in ("hostNetwork", "hostPID", "hostIPC"))
            or any("hostPath" in volume for volume in spec.get("volumes", [])),
        }
        for container in containers(template):
            security, resources = container.get("securityContext", {}), container.get("resources", {})
            wrong |= {
                "its root can be written to": security.get("readOnlyRootFilesystem") is not True,
                "it may gain rights": security.get("allowPrivilegeEscalation") is not False,
                "it keeps capabilities": security.get("capabilities") != {"drop": ["ALL"]},
                "it asks for no cpu or memory": not {"cpu", "memory"} <= set(resources.get("requests", {})),
                "its memory has no limit": "memory" not in resources.get("limits", {}),
                # A limit of cpu makes a busy pod wait while the node has time to give.
                "its cpu has a limit": "cpu" in resources.get("limits", {}),
                f"{container['image']} is not pinned": not re.search(r"(@sha256:[0-9a-f]{64}|:[\w.-]*\d[\w.-]*)$", container["image"])
                and container["image"] != "localhost/dojob:local",
            }
        yield from (f"{name(doc)}: {what}" for what, true in wrong.items() if true)


def service(where, docs):
    for doc in of(docs, "Deployment"):
        template = pod(doc)
        [container] = template["spec"]["containers"]
        if "replicas" in doc["spec"]:
            yield f"{name(doc)}: it says a number of replicas, which is the autoscaler's"
        for probe, path in (("startupProbe", "/healthz"), ("livenessProbe", "/healthz"), ("readinessProbe", "/readyz")):
            get = container.get(probe, {}).get("httpGet", {})
            if (get.get("path"), get.get("port")) != (path, "admin"):
                yield f"{name(doc)}: {probe} is not {path} of the admin port"
        if {p["name"]: p["containerPort"] for p in container["ports"]} != {"http": 8080, "admin": 9090}:
            yield f"{name(doc)}: its ports are not 8080 and 9090"
        if doc["spec"]["strategy"]["rollingUpdate"].get("maxUnavailable") != 0:
            yield f"{name(doc)}: a rollout takes pods away before others are there"
        keys = {s["topologyKey"] for s in template["spec"].get("topologySpreadConstraints", [])}
        if keys != {"topology.kubernetes.io/zone", "kubernetes.io/hostname"}:
            yield f"{name(doc)}: it is not spread over zones and nodes"
        if container["command"] != [doc["metadata"]["name"], "serve"]:
            yield f"{name(doc)}: it runs {container['command']}"
    for doc in of(docs, "PodDisruptionBudget"):
        if doc["spec"].get("maxUnavailable") != 1:
            yield f"{name(doc)}: not one at a time"
    images = {c["image"] for d in of(docs, "Deployment", "Job") for c in containers(pod(d))}
    if len(images) != 1:
        yield f"services and migrations are of several images: {sorted(images)}"
    if where != "apps/local" and not all("@sha256:" in image for image in images):
        yield f"an image without a digest: {sorted(images)}"
    for doc in of(docs, "Job"):
        notes = doc["metadata"].get("annotations", {})
        if (notes.get("argocd.argoproj.io/hook"), notes.get("argocd.argoproj.io/sync-wave")) != ("Sync", "-1"):
            yield f"{name(doc)}: it does not run in the sync, before the pods"
        if "ttlSecondsAfterFinished" in doc["spec"]:
            yield f"{name(doc)}: it goes by itself, and Argo CD waits for it for ever"


def timing(docs):
    """A pod's end: preStop, then the wait for the balancer, then the patience for what is under way."""
    [settings] = [d["data"] for d in of(docs, "ConfigMap") if d["metadata"]["name"].startswith("settings")]
    drain = int(settings["DOJOB_DEREGISTRATION_SECONDS"]) + int(settings["DOJOB_PATIENCE_SECONDS"])
    grace = 0
    for doc in of(docs, "Deployment"):
        spec = pod(doc)["spec"]
        grace = spec.get("terminationGracePeriodSeconds", 30)
        sleep = spec["containers"][0].get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)
        if sleep < 5:
            yield f"{name(doc)}: it ends before the cluster knows of it"
        if grace < sleep + drain + 5:
            yield f"{name(doc)}: {grace} s of grace for {sleep} + {drain} s of ending"
    for doc in of(docs, "Ingress"):
        notes = {k.removeprefix("alb.ingress.kubernetes.io/"): v for k, v in doc["metadata"]["annotations"].items()}
        attributes = dict(pair.split("=") for pair in notes["target-group-attributes"].split(","))
        if int(attributes["deregistration_delay.timeout_seconds"]) < grace:
            yield f"{name(doc)}: the balancer cuts connections before a pod has ended"
        notices = int(notes["healthcheck-interval-seconds"]) * int(notes["unhealthy-threshold-count"])
        if notices > int(settings["DOJOB_DEREGISTRATION_SECONDS"]):
            yield f"{name(doc)}: the balancer takes {notices} s to see that a pod is not ready"
        if (notes["healthcheck-port"], notes["healthcheck-path"]) != ("9090", "/readyz"):
            yield f"{name(doc)}: health is not asked of /readyz on the admin port"
        # Its answer has no content (crates/service/src/server.rs): 200 alone would find every pod ill.
        if notes["success-codes"] != "204":
            yield f"{name(doc)}: /readyz answers 204, not {notes['success-codes']}"
    for doc in of(docs, "IngressClassParams"):
        idle = {a["key"]: a["value"] for a in doc["spec"]["loadBalancerAttributes"]}.get("idle_timeout.timeout_seconds", "60")
        # Chat pings after 25 s and gives up on a silent socket after 60 (services/chat/src/config.rs).
        if int(idle) <= 60:
            yield f"{name(doc)}: the balancer closes a quiet socket after {idle} s"
        # The one to close an idle connection first must be the balancer, or it sends into one that is being closed. The
        # services keep theirs for 150 s (KEEP_ALIVE in crates/service/src/server.rs).
        if int(idle) >= 150:
            yield f"{name(doc)}: a service closes an idle connection before the balancer does, after {idle} s"
        if doc["spec"].get("scheme") != "internal":
            yield f"{name(doc)}: the balancer is open to the internet"


def release(built):
    """What may not go out: asked by scripts/release-check alone."""
    for where, docs in built.items():
        for doc in docs:
            template = pod(doc)
            if template and any(PLACEHOLDER in c["image"] for c in containers(template)):
                yield f"{where} {name(doc)}: its digest is a placeholder; scripts/promote writes the real one"
            if re.search(r"\b0{12}\b|\.example\b", str(doc.get("data", "")) + str(doc["metadata"].get("annotations", ""))):
                yield f"{where} {name(doc)}: a fact of the platform is a placeholder; Terraform's outputs fill platform.env"
