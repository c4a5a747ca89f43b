"""What Terraform tells the manifests (platform.env) is what they say, with a domain and without."""

import json
import re

import workloads
from render import DEPLOY, PROFILES, ROOT, containers, name, of, platform, pod

OUTPUTS = ROOT / "terraform/stacks/platform/outputs.tf"
DOCKERFILE = ROOT / "Dockerfile"
AWS = DEPLOY / "apps/components/aws/kustomization.yaml"
COLLECTOR = DEPLOY / "observability/collector/config.yaml"


def check(built):
    lost = list(names()) if OUTPUTS.exists() else []
    yield from lost
    if lost:
        return
    yield from regions()
    for profile in PROFILES:
        facts = platform(profile)
        for where, domain in ((f"apps/{profile}", facts["DOMAIN"]), (f"apps/no-domain/{profile}", "")):
            yield from (f"{where} {p}" for p in (*settings(built[where], facts), *front(built[where], facts, domain), *images(built[where], facts)))
        yield from (f"argocd/{profile} {p}" for p in controllers(built[f"argocd/{profile}"], facts))


def names():
    """platform.env has the names that the output `platform_env` has, no more and no fewer."""
    terraform = json.loads(workloads.LIST.read_text())
    plain = set(re.findall(r"^    ([A-Z][A-Z0-9_]+) +=", OUTPUTS.read_text(), re.M))
    for profile in PROFILES:
        said = plain | {
            f"ROLE_ARN_{w['namespace']}_{w['service_account']}".upper().replace("-", "_")
            for w in workloads.roles(terraform, profile).values() if w["role"]
        }
        have = set(platform(profile))
        yield from (f"{profile}: Terraform's platform_env has no {fact}" for fact in sorted(have - said))
        yield from (f"{profile}: platform.env lacks {fact}; scripts/platform-env writes it" for fact in sorted(said - have))


def regions():
    """What cannot be filled in belongs to one region: the roots of RDS, and the collector, which all clusters share."""
    roots = set(re.findall(r"ca\.pem=rds-([a-z0-9-]+)\.pem", AWS.read_text()))
    traces = set(re.findall(r"^    region: (\S+)$", COLLECTOR.read_text(), re.M))
    for profile in PROFILES:
        region = platform(profile)["AWS_REGION"]
        if roots != {region}:
            yield f"{profile}: it is in {region}, the roots of RDS are of {sorted(roots)}: put that region's bundle into {AWS.parent.relative_to(ROOT)}"
        if traces != {region}:
            yield f"{profile}: it is in {region}, the collector sends to {sorted(traces)}: write the region into {COLLECTOR.relative_to(ROOT)}"


# What a setting is filled in from.
FACTS = {
    "DOJOB_MAIL_FROM": "MAIL_FROM",
    "DOJOB_OPERATOR_ADDRESS": "OPERATOR_ADDRESS",
    "DOJOB_OPERATOR_CONTACT": "OPERATOR_CONTACT",
    "DOJOB_OPERATOR_NAME": "OPERATOR_NAME",
    "DOJOB_PRIVACY_OFFICER": "PRIVACY_OFFICER",
    "DOJOB_PUBLIC_URL": "PUBLIC_URL",
}


def settings(docs, facts):
    [values] = [d["data"] for d in of(docs, "ConfigMap") if d["metadata"]["name"].startswith("settings")]
    for key in ("KAFKA_BROKERS", "KAFKA_SECURITY", "KAFKA_REPLICATION", "AWS_REGION"):
        if values.get(key) != facts[key]:
            yield f"settings: {key} is {values.get(key)!r}, and Terraform says {facts[key]!r}"
    for doc in of(docs, "Deployment", "Job"):
        for entry in (e for c in containers(pod(doc)) for e in c["env"]):
            fact = FACTS.get(entry["name"])
            if fact and entry["value"] != facts[fact]:
                yield f"{name(doc)}: {entry['name']} is {entry['value']}, and Terraform says {facts[fact]}"
    for doc in of(docs, "ScaledObject"):
        servers = {t["metadata"]["bootstrapServers"] for t in doc["spec"]["triggers"] if t["type"] == "kafka"}
        if servers != {facts["KAFKA_BROKERS"]}:
            yield f"{name(doc)}: it asks {sorted(servers)} for the lag"


def front(docs, facts, domain):
    """The balancer is the one that Terraform's stack `edge` looks for, and speaks as CloudFront will."""
    [values] = [d["data"] for d in of(docs, "ConfigMap") if d["metadata"]["name"].startswith("settings")]
    [balancer] = [d["spec"] for d in of(docs, "IngressClassParams")]
    wanted = {
        "loadBalancerName": facts["LOAD_BALANCER_NAME"],
        "listeners": [{"protocol": "HTTPS", "port": 443}] if domain else [{"protocol": "HTTP", "port": 80}],
        "certificateArn": [facts["CERTIFICATE_ARN"]] if domain else None,
        "inboundCIDRs": facts["PRIVATE_CIDRS"].split(","),
    }
    for key, value in wanted.items():
        if balancer.get(key) != value:
            yield f"IngressClassParams: {key} is {balancer.get(key)}, not {value}"
    if values.get("DOJOB_TRUSTED_PROXIES") != facts["PRIVATE_CIDRS"]:
        yield f"settings: DOJOB_TRUSTED_PROXIES is {values.get('DOJOB_TRUSTED_PROXIES')}, not {facts['PRIVATE_CIDRS']}"
    issuer = f"https://{domain or facts['CLUSTER_NAME']}"
    if values.get("DOJOB_AUTH_ISSUER") != issuer:
        yield f"settings: DOJOB_AUTH_ISSUER is {values.get('DOJOB_AUTH_ISSUER')}, not {issuer}"
    if values.get("DOJOB_ORIGINS") != (f"https://{domain}" if domain else None):
        yield f"settings: DOJOB_ORIGINS is {values.get('DOJOB_ORIGINS')}, and the domain is {domain or 'none'}"


def images(docs, facts):
    """Everything of ours runs from the profile's registry, and every program is in the image, and the reverse."""
    run = {c["command"][0] for d in of(docs, "Deployment", "Job") for c in containers(pod(d))}
    held = set(re.findall(r"target/dist/([\w-]+)", DOCKERFILE.read_text()))
    yield from (f"{program}: it is in one of the image and the pods" for program in sorted(run ^ held))
    for doc in of(docs, "Deployment", "Job"):
        for container in containers(pod(doc)):
            if not container["image"].startswith(f"{facts['REGISTRY']}@sha256:"):
                yield f"{name(doc)}: {container['image']} is not of {facts['REGISTRY']}"


def controllers(docs, facts):
    wanted = {
        "aws-load-balancer-controller": {"clusterName": facts["CLUSTER_NAME"], "region": facts["AWS_REGION"], "vpcId": facts["VPC_ID"]},
        "karpenter": {"settings": {"clusterName": facts["CLUSTER_NAME"], "interruptionQueue": facts["KARPENTER_QUEUE"]}},
    }
    for doc in of(docs, "Application"):
        values = doc["spec"].get("sources", [{}])[0].get("helm", {}).get("valuesObject", {})
        for key, value in wanted.get(doc["metadata"]["name"], {}).items():
            if values.get(key) != value:
                yield f"{name(doc)}: {key} is {values.get(key)}, not {value}"
    for doc in of(docs, "EC2NodeClass"):
        if doc["spec"]["role"] != facts["KARPENTER_NODE_ROLE"]:
            yield f"{name(doc)}: its role is {doc['spec']['role']}, not {facts['KARPENTER_NODE_ROLE']}"
