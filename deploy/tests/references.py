"""What one document names, another one has."""

from render import PROFILES, containers, name, of, pod, selected


def check(built):
    problems = []
    for where, docs in built.items():
        if where.startswith("apps/") or where == "observability":
            problems += [f"{where} {p}" for p in one(where, docs)]
    return problems


def one(where, docs):
    def names(*kinds):
        return {doc["metadata"]["name"] for doc in of(docs, *kinds)}

    keys = {doc["metadata"]["name"]: set(doc.get("data") or {}) for doc in of(docs, "ConfigMap")}
    secrets = {doc["metadata"]["name"]: set(doc.get("data") or doc.get("stringData") or {}) for doc in of(docs, "Secret")}
    for doc in of(docs, "ExternalSecret"):
        secrets[doc["spec"]["target"]["name"]] = {entry["secretKey"] for entry in doc["spec"].get("data", [])}
    if where == "apps/local":
        # Made by hand: deploy/README.md.
        secrets |= {"auth": {"database-url", "signing-key"}, "internal-key": {"internal-key"}}
    templates = {name(doc): pod(doc) for doc in docs if pod(doc)}
    ports = {
        n: {port["name"] for c in containers(t) for port in c.get("ports", [])} for n, t in templates.items()
    }
    used_keys, used_secrets = set(), set()

    for owner, template in templates.items():
        account = template["spec"].get("serviceAccountName")
        if account not in names("ServiceAccount"):
            yield f"{owner}: no ServiceAccount {account}"
        volumes = {v["name"]: v for v in template["spec"].get("volumes", [])}
        for volume in volumes.values():
            if "configMap" in volume:
                used_keys.add(volume["configMap"]["name"])
                if volume["configMap"]["name"] not in keys:
                    yield f"{owner}: no ConfigMap {volume['configMap']['name']}"
        claims = {c["metadata"]["name"] for d in docs if name(d) == owner for c in d["spec"].get("volumeClaimTemplates", [])}
        for container in containers(template):
            for mount in container.get("volumeMounts", []):
                if mount["name"] not in volumes.keys() | claims:
                    yield f"{owner}: no volume {mount['name']}"
            for source in container.get("envFrom", []):
                if "secretRef" in source:
                    used_secrets.add(source["secretRef"]["name"])
                    if source["secretRef"]["name"] not in secrets and not source["secretRef"].get("optional"):
                        yield f"{owner}: no Secret {source['secretRef']['name']}"
                    continue
                used_keys.add(source["configMapRef"]["name"])
                if source["configMapRef"]["name"] not in keys:
                    yield f"{owner}: no ConfigMap {source['configMapRef']['name']}"
            for entry in container.get("env", []):
                for kind, known, used in (("configMapKeyRef", keys, used_keys), ("secretKeyRef", secrets, used_secrets)):
                    ref = entry.get("valueFrom", {}).get(kind)
                    if ref:
                        used.add((ref["name"], ref["key"]) if kind == "secretKeyRef" else ref["name"])
                        if ref["key"] not in known.get(ref["name"], ()):
                            yield f"{owner}: {entry['name']} wants {ref['key']} of {ref['name']}, which has none"
            for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
                action = container.get(probe, {})
                port = (action.get("httpGet") or action.get("tcpSocket") or {}).get("port")
                if port is not None and port not in {p["name"] for p in container.get("ports", [])}:
                    yield f"{owner}: {probe} asks port {port}, which the container does not name"

    for doc in of(docs, "Service"):
        hit = [n for n, t in templates.items() if selected({"matchLabels": doc["spec"]["selector"]}, t["metadata"]["labels"])]
        if len(hit) != 1:
            yield f"{name(doc)}: selects {hit or 'nothing'}"
        for port in doc["spec"]["ports"]:
            if any(port["targetPort"] not in ports[n] for n in hit):
                yield f"{name(doc)}: no container names the port {port['targetPort']}"
    for doc in of(docs, "Deployment", "StatefulSet"):
        if not selected(doc["spec"]["selector"], doc["spec"]["template"]["metadata"]["labels"]):
            yield f"{name(doc)}: its selector does not take its own pods"
        if "serviceName" in doc["spec"] and doc["spec"]["serviceName"] not in names("Service"):
            yield f"{name(doc)}: no Service {doc['spec']['serviceName']}"
        for spread in doc["spec"]["template"]["spec"].get("topologySpreadConstraints", []):
            if not selected(spread["labelSelector"], doc["spec"]["template"]["metadata"]["labels"]):
                yield f"{name(doc)}: it spreads the pods of another"
    for doc in of(docs, "PodDisruptionBudget"):
        hit = [n for n, t in templates.items() if selected(doc["spec"]["selector"], t["metadata"]["labels"])]
        if hit != [f"Deployment/{doc['metadata']['name']}"]:
            yield f"{name(doc)}: selects {hit or 'nothing'}"
    for doc in of(docs, "PodMonitor"):
        hit = [n for n, t in templates.items() if selected(doc["spec"]["selector"], t["metadata"]["labels"])]
        if not hit:
            yield f"{name(doc)}: selects nothing"
        for end in doc["spec"]["podMetricsEndpoints"]:
            if any(end["port"] not in ports[n] for n in hit):
                yield f"{name(doc)}: no container names the port {end['port']}"
    scaled = []
    for doc in of(docs, "HorizontalPodAutoscaler", "ScaledObject"):
        target = doc["spec"]["scaleTargetRef"]["name"]
        scaled.append(target)
        if target not in names("Deployment"):
            yield f"{name(doc)}: no Deployment {target}"
        for trigger in doc["spec"].get("triggers", []):
            ref = trigger.get("authenticationRef")
            if ref and ref["name"] not in names("TriggerAuthentication"):
                yield f"{name(doc)}: no TriggerAuthentication {ref['name']}"
    if len(scaled) != len(set(scaled)):
        yield f"two autoscalers pull at one Deployment: {sorted(scaled)}"
    services = {doc["metadata"]["name"] for doc in of(docs, "Deployment")} if where.startswith("apps/") else set()
    if where.split("/")[-1] in PROFILES and services != set(scaled):
        yield f"nothing scales {sorted(services - set(scaled))}"
    for service in services:
        for kind in ("Service", "ServiceAccount", "PodDisruptionBudget"):
            if service not in names(kind):
                yield f"Deployment/{service}: it has no {kind}"
        if f"{service}-migrate" not in names("Job"):
            yield f"Deployment/{service}: nothing migrates its database"
    service_ports = {doc["metadata"]["name"]: {p["name"] for p in doc["spec"]["ports"]} for doc in of(docs, "Service")}
    for doc in of(docs, "Ingress"):
        if doc["spec"]["ingressClassName"] not in names("IngressClass"):
            yield f"{name(doc)}: no IngressClass {doc['spec']['ingressClassName']}"
        for rule in doc["spec"]["rules"]:
            for path in rule["http"]["paths"]:
                backend = path["backend"]["service"]
                if backend["port"]["name"] not in service_ports.get(backend["name"], ()):
                    yield f"{name(doc)}: {path['path']} leads to {backend['name']}:{backend['port']['name']}, which is not there"
    for doc in of(docs, "IngressClass"):
        parameters = doc["spec"].get("parameters")
        if parameters and parameters["name"] not in names(parameters["kind"]):
            yield f"{name(doc)}: no {parameters['kind']} {parameters['name']}"
    for doc in of(docs, "NetworkPolicy"):
        selector = doc["spec"]["podSelector"]
        if not any(selected(selector, t["metadata"]["labels"]) for t in templates.values()):
            yield f"{name(doc)}: selects nothing"
        for rule in doc["spec"].get("ingress", []) + doc["spec"].get("egress", []):
            for peer in rule.get("from", []) + rule.get("to", []):
                if "podSelector" in peer and "namespaceSelector" not in peer and not any(
                    selected(peer["podSelector"], t["metadata"]["labels"]) for t in templates.values()
                ):
                    yield f"{name(doc)}: a peer that nobody is: {peer['podSelector']}"
    for doc in of(docs, "ExternalSecret"):
        store = doc["spec"]["secretStoreRef"]
        if store["name"] not in names(store["kind"]):
            yield f"{name(doc)}: no {store['kind']} {store['name']}"
        if "dataFrom" in doc["spec"] and doc["spec"]["target"]["name"] not in used_secrets:
            yield f"{name(doc)}: nobody reads it"
        for entry in doc["spec"].get("data", []):
            if (doc["spec"]["target"]["name"], entry["secretKey"]) not in used_secrets:
                yield f"{name(doc)}: nobody reads {entry['secretKey']}"
    classes = names("PriorityClass")
    for owner, template in templates.items():
        wanted = template["spec"].get("priorityClassName")
        if wanted and wanted not in classes:
            yield f"{owner}: no PriorityClass {wanted}"
    for unused in keys.keys() - used_keys:
        if where != "observability" or unused != "dashboards":
            yield f"ConfigMap/{unused}: nobody reads it"
