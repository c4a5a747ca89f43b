"""Who may speak to whom, worked out from the policies and compared with the table in reachability/.

A pod outside the namespace has an address of the private subnets, as the VPC CNI gives it, and nobody holds what it
sends. What is not in the table is refused. `check.py --write` writes the tables; a diff of them is what a review reads.
"""

import ipaddress

from render import DEPLOY, PROFILES, of, platform, pod, selected

DNS = {"k8s-app": "kube-dns"}


def places(docs, env):
    """Every place: its namespace and labels if it is a pod, its address, and the ports it could be spoken to at."""
    private = env.get("PRIVATE_CIDRS", "10.0.32.0/19").split(",")
    data = env.get("DATA_CIDRS", "10.0.224.0/21").split(",")
    inside = lambda cidr, n: str(ipaddress.ip_network(cidr)[n])  # noqa: E731
    found = {}
    for doc in docs:
        template = pod(doc)
        if not template:
            continue
        ports = [p["containerPort"] for c in template["spec"]["containers"] for p in c.get("ports", [])]
        namespace = doc["metadata"]["namespace"]
        found[doc["metadata"]["name"]] = {
            "namespace": namespace, "labels": template["metadata"]["labels"], "ip": inside(private[0], 100 + len(found)), "ports": ports,
        }

    def other(namespace, labels, ports=()):
        return {"namespace": namespace, "labels": labels, "ip": inside(private[0], 50), "ports": list(ports)}

    found |= {
        "balancer": {"ip": inside(private[-1], 20), "ports": []},
        "prometheus": other("observability", {"app.kubernetes.io/name": "prometheus"}),
        "keda-operator": other("keda", {"app.kubernetes.io/name": "keda-operator"}),
        "a pod that no policy names": other("dojob", {}, [8080]),
        "a pod of another namespace": other("default", {}, [8080]),
        "otel-collector": other("observability", {"app.kubernetes.io/name": "otel-collector"}, [4318]),
        "dns": other("kube-system", DNS, [53]),
        "database": {"ip": inside(data[-1], 10), "ports": [5432]},
        "msk": {"ip": inside(data[0], 11), "ports": [9098]},
        "a node": {"ip": inside(private[0], 5), "ports": [10250]},
        "metadata of the node": {"ip": "169.254.169.254", "ports": [80, 443]},
        "agent of pod identity": {"ip": "169.254.170.23", "ports": [80]},
        "the internet": {"ip": "198.51.100.7", "ports": [25, 80, 443, 465, 5432, 9092]},
    }
    return found


def peer(rule_peer, place, policy_namespace):
    block = rule_peer.get("ipBlock")
    if block:
        address = ipaddress.ip_address(place["ip"])
        return address in ipaddress.ip_network(block["cidr"]) and not any(
            address in ipaddress.ip_network(gap) for gap in block.get("except", [])
        )
    if "labels" not in place:
        return False
    if "namespaceSelector" in rule_peer:
        if not selected(rule_peer["namespaceSelector"], {"kubernetes.io/metadata.name": place["namespace"]}):
            return False
    elif place["namespace"] != policy_namespace:
        return False
    return selected(rule_peer.get("podSelector", {}), place["labels"])


def allowed(policies, direction, own, far, port):
    """Whether what `own` is held by lets it speak with `far`."""
    if "labels" not in own:
        return True
    mine = [
        p for p in policies
        if p["metadata"]["namespace"] == own["namespace"] and direction in p["spec"]["policyTypes"]
        and selected(p["spec"]["podSelector"], own["labels"])
    ]
    if not mine:
        return True
    side, list_name = ("from", "ingress") if direction == "Ingress" else ("to", "egress")
    return any(
        any(peer(p, far, policy["metadata"]["namespace"]) for p in rule.get(side, [])) and any(entry["port"] == port for entry in rule["ports"])
        for policy in mine for rule in policy["spec"].get(list_name, [])
    )


def table(docs, env):
    policies, all_places = of(docs, "NetworkPolicy"), places(docs, env)
    ours = {n for n, p in all_places.items() if p.get("namespace") == "dojob"}
    lines = []
    for source, near in all_places.items():
        for target, far in all_places.items():
            if source == target or not ({source, target} & ours):
                continue
            lines += [
                f"{source} -> {target}:{port}"
                for port in far["ports"]
                if allowed(policies, "Egress", near, far, port) and allowed(policies, "Ingress", far, near, port)
            ]
    return "\n".join(sorted(lines)) + "\n"


def tables(built):
    for name in ("local", *PROFILES):
        yield DEPLOY / f"tests/reachability/{name}.txt", table(built[f"apps/{name}"], platform(name))


def check(built):
    for path, text in tables(built):
        stored = set(path.read_text().splitlines()) if path.exists() else set()
        now = set(text.splitlines())
        yield from (f"{path.stem}: {line}: allowed, and not in the table" for line in sorted(now - stored))
        yield from (f"{path.stem}: {line}: in the table, and refused" for line in sorted(stored - now))
