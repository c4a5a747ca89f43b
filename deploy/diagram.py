"""The diagram of the architecture, drawn from what is there: the rendered manifests, the services' contracts and
Terraform's profiles. `deploy/tests/check.py --write diagram` writes docs/pictures/architecture.svg, and the check
`diagram` says when it is behind.
"""

import json
import pathlib
import re
from xml.sax.saxutils import escape

ROOT = pathlib.Path(__file__).resolve().parent.parent
FILE = ROOT / "docs/pictures/architecture.svg"
PROFILES = ("seed", "launch", "scale")
WIDTH = 1280
# Left: labels of rows. Middle: a column for each service. Right: what is around them.
LEFT, FIRST, STEP, CARD, RIGHT, END = 32, 378, 164, 148, 976, 1248
COLORS = {  # light, dark
    "auth": ("#7a4f9c", "#bb95da"), "core": ("#2f6f4f", "#6fc198"), "chat": ("#2a6f97", "#74b6e0"), "notify-address": ("#c8553d", "#f0937c"),
}
PALETTE = {  # class: property, light, dark
    "paper": ("fill", "#fbfaf7", "#111718"), "ink": ("fill", "#1c2924", "#e8eeeb"), "soft": ("fill", "#5f6d66", "#9daba5"),
    "panel": ("fill", "#ffffff", "#1c2527"), "ground": ("fill", "#f0f4f1", "#161e1f"), "edge": ("stroke", "#c3cdc7", "#3d4a47"),
    "line": ("stroke", "#7d8b84", "#8b9993"), "tip": ("fill", "#7d8b84", "#8b9993"),
}
# Words for what has none in its manifest. A controller or grant without words is an error: who reads the diagram asks.
AROUND = {
    "argocd": "follows Git, takes nothing else", "aws-load-balancer-controller": "makes the balancer from the Ingress",
    "external-secrets": "fills secrets from parameters", "karpenter": "nodes as needed; not in seed",
    "keda": "scales by consumer lag", "metrics-server": "scales by CPU", "otel-collector": "keeps slow and failed traces",
    "prometheus": "metrics, objectives, alerts",
}
ASKED = {
    "kafka": "MSK: events", "kafka-topics": "MSK: topics", "kafka-lag": "MSK: lag", "media": "S3: uploads", "cognito": "Cognito", "email": "SES: mail",
    "parameters": "SSM: secrets", "telemetry": "X-Ray, logs", "load-balancer": "ELB", "volumes": "EBS: disks", "karpenter": "EC2: nodes",
}


def of(docs, *kinds):
    return [doc for doc in docs if doc["kind"] in kinds]


def text(x, y, words, size=12, style="ink", anchor="start", weight=400, mono=False):
    face = ' class="{} mono"' if mono else ' class="{}"'
    return f'<text x="{x}" y="{y}" font-size="{size}" text-anchor="{anchor}" font-weight="{weight}"{face.format(style)}>{escape(words)}</text>'


def box(x, y, width, height, style="panel edge", radius=10, more=""):
    return f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="{radius}" class="{style}"{more}/>'


def arrow(x1, y1, x2, y2, style="line"):
    return f'<path d="M{x1} {y1}L{x2} {y2}" class="{style}" marker-end="url(#tip)" fill="none"/>'


def style():
    light, dark = [], []
    for name, (kind, day, night) in PALETTE.items():
        light.append(f".{name}{{{kind}:{day}}}")
        dark.append(f".{name}{{{kind}:{night}}}")
    for name, (day, night) in COLORS.items():
        light.append(f".s-{name}{{stroke:{day}}}.f-{name}{{fill:{day}}}")
        dark.append(f".s-{name}{{stroke:{night}}}.f-{name}{{fill:{night}}}")
    return (
        "<style>text{font-family:system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',sans-serif}"
        ".mono{font-family:ui-monospace,SFMono-Regular,Menlo,'DejaVu Sans Mono',monospace}"
        f"{''.join(light)}@media(prefers-color-scheme:dark){{{''.join(dark)}}}</style>"
    )


def settings(profile):
    """A profile's tfvars, flat: cluster.nodes → 2."""
    found, inside = {}, ""
    for line in (ROOT / f"terraform/envs/{profile}.tfvars").read_text().splitlines():
        if pair := re.match(r'\s*(\w+)\s*=\s*\{\s*(\w+)\s*=\s*"?([^"}]*?)"?\s*\}', line):
            found[f"{pair[1]}.{pair[2]}"] = pair[3]
        elif opened := re.match(r"(\w+)\s*=\s*\{$", line):
            inside = f"{opened[1]}."
        elif line.startswith("}"):
            inside = ""
        elif pair := re.match(r"\s*(\w+)\s*=\s*(.+)$", line):
            found[inside + pair[1]] = pair[2].strip().strip('"')
    return found


def contracts():
    """The services: first those that subscribe to nothing, then those that publish most."""
    found = [json.loads(path.read_text()) for path in (ROOT / "contracts/services").glob("*.json")]
    received = lambda s: len({t for topics in s["consumers"].values() for t in topics})  # noqa: E731
    return sorted(found, key=lambda s: (received(s), -len(s["topics"]), s["service"]))


def scaling(built, service):
    """Smallest and largest number of pods in each profile, and what moves it."""
    numbers, by = [], set()
    for profile in PROFILES:
        for doc in of(built[f"apps/{profile}"], "HorizontalPodAutoscaler", "ScaledObject"):
            spec = doc["spec"]
            if spec["scaleTargetRef"]["name"] == service:
                numbers.append((spec.get("minReplicas", spec.get("minReplicaCount")), spec.get("maxReplicas", spec.get("maxReplicaCount"))))
                by |= {"lag" if t["type"] == "kafka" else "CPU" for t in spec.get("triggers", [{"type": "cpu"}])}
    return numbers, " and ".join(sorted(by))


def door(built):
    """Browsers, CloudFront, pages and the balancer."""
    pattern = re.search(r'path_pattern\s+= "([^"]+)"', (ROOT / "terraform/modules/edge/main.tf").read_text())[1]
    walls = [p for p in PROFILES if settings(p)["web_acl"] == "true"]
    [balancer] = [d["spec"] for d in of(built["apps/seed"], "IngressClassParams")]
    idle = next(a["value"] for a in balancer["loadBalancerAttributes"] if a["key"].startswith("idle_timeout"))
    yield box(LEFT, 92, 200, 54) + text(LEFT + 100, 115, "Browsers", 14, weight=600, anchor="middle") + text(LEFT + 100, 133, "pages, JSON, sockets, streams", 11, "soft", "middle")
    yield arrow(LEFT + 200, 119, 298, 119)
    yield box(304, 92, 640, 54) + text(320, 115, "CloudFront", 14, weight=600) + text(320, 133, f"HTTPS, the only door; WAF in {' and '.join(walls)}", 11, "soft")
    yield arrow(944, 119, RIGHT - 6, 119) + box(RIGHT, 92, END - RIGHT, 54)
    yield text(RIGHT + 16, 115, "Amplify", 14, weight=600) + text(RIGHT + 16, 133, "the web front: every other path", 11, "soft")
    yield arrow(624, 146, 624, 204) + box(596, 161, 56, 20, "paper", 4) + text(624, 176, pattern, 12, anchor="middle", mono=True)
    yield box(304, 210, 640, 46) + text(320, 230, "Internal load balancer", 14, weight=600) + text(500, 230, "dojob-<profile>", 12, "soft", mono=True)
    yield text(320, 247, f"HTTPS with a domain, HTTP without; a quiet socket may be silent for {idle} s", 11, "soft")


def services(built, all_services):
    """A card for each, its routes from the rendered Ingress above it, its database below."""
    routes = {}
    [ingress] = of(built["apps/seed"], "Ingress")
    for path in ingress["spec"]["rules"][0]["http"]["paths"]:
        if path["pathType"] == "Exact":
            routes.setdefault(path["backend"]["service"]["name"], []).append(path["path"])
    asking = [d["metadata"]["name"] for d in of(built["apps/seed"], "Deployment")
              if any(e["name"] == "DOJOB_AUTH_JWKS_URL" for e in d["spec"]["template"]["spec"]["containers"][0]["env"])]
    [url] = {e["value"] for d in of(built["apps/seed"], "Deployment") for e in d["spec"]["template"]["spec"]["containers"][0]["env"] if e["name"] == "DOJOB_AUTH_JWKS_URL"}
    publisher = re.match(r"http://([\w-]+):", url)[1]
    at = {s["service"]: FIRST + STEP * i for i, s in enumerate(all_services)}
    key = {name: x + 26 for name, x in at.items()}
    dashes = f'class="s-{publisher}" stroke-width="1.5" stroke-dasharray="4 4" fill="none"'
    yield f'<path d="M{key[publisher]} 426V454H{max(key[one] for one in asking)}" {dashes}/><circle cx="{key[publisher]}" cy="454" r="5" class="f-{publisher}"/>'
    for one in asking:
        yield f'<path d="M{key[one]} 454V434" {dashes} marker-end="url(#tip)"/><circle cx="{key[one]}" cy="454" r="5" class="panel s-{publisher}" stroke-width="2"/>'
    yield text(268, 452, "keys that verify tokens", 12, anchor="end", weight=600) + text(268, 467, re.sub(r"http://[^/]+", "", url), 10.5, "soft", "end", mono=True)
    databases = json.loads((ROOT / "terraform/modules/workload-identity/workloads.json").read_text())["databases"]
    engine = re.search(r'engine_version = "(\d+)"', (ROOT / "terraform/modules/database/main.tf").read_text())[1]
    yield text(268, 530, f"RDS for PostgreSQL {engine}", 12, anchor="end", weight=600)
    yield text(268, 546, "a database and a role for each;", 11, "soft", "end") + text(268, 561, "its subnets have no way out", 11, "soft", "end")
    for service in all_services:
        name = service["service"]
        x, paths = at[name], routes[name]
        yield arrow(x, 256, x, 330)
        top = 278 if len(paths) > 1 else 286
        yield box(x - 66, top, 132, 16 * len(paths) + 4, "ground", 4)
        yield "".join(text(x, top + 13 + 16 * i, path, 11, anchor="middle", mono=True) for i, path in enumerate(paths))
        numbers, by = scaling(built, name)
        yield box(x - CARD // 2, 336, CARD, 90, "panel edge") + f'<rect x="{x - CARD // 2}" y="336" width="{CARD}" height="5" rx="2.5" class="f-{name}"/>'
        yield text(x, 364, name, 15, anchor="middle", weight=600)
        yield text(x, 386, " · ".join(f"{least}–{most}" for least, most in numbers), 12, anchor="middle") + text(x, 400, "pods in seed · launch · scale", 9, "soft", "middle")
        yield text(x, 417, f"by {by}", 11, "soft", "middle")
        [database] = [d["database"] for d in databases if d["service"] == name]
        yield f'<path d="M{x} 426V518" class="line" stroke-width="1.2" stroke-dasharray="2 3"/>'
        yield f'<path d="M{x - 44} 529v32c0 6 20 10 44 10s44-4 44-10v-32" class="panel line"/><ellipse cx="{x}" cy="529" rx="44" ry="10" class="panel line"/>'
        yield text(x, 556, database, 10 if len(database) > 8 else 11.5, anchor="middle", mono=True)


def rails(built, all_services):
    """A rail for each topic: a full dot publishes, a ring subscribes, and what it receives goes up to its service."""
    at = {s["service"]: FIRST + STEP * i for i, s in enumerate(all_services)}
    topics = [(t["name"], s["service"]) for s in all_services for t in s["topics"]]
    y = {name: 650 + 25 * i for i, (name, _) in enumerate(topics)}
    received = {s["service"]: {t for topics in s["consumers"].values() for t in topics} for s in all_services}
    own = [p for p in PROFILES if settings(p)["kafka.mode"] == "none"]
    msk = [p for p in PROFILES if p not in own]
    yield text(268, 606, "Kafka", 13, anchor="end", weight=600)
    yield text(268, 622, f"{', '.join(own)}: a broker in the cluster; {', '.join(msk)}: MSK", 9.5, "soft", "end")
    for service in all_services:
        name, x = service["service"], at[service["service"]]
        told = [y[t["name"]] for t in service["topics"]]
        yield f'<path d="M{x - 58} 426V{max(told)}" class="s-{name}" stroke-width="1.6" fill="none"/>'
        if received[name]:
            yield f'<path d="M{x + 58} {max(y[t] for t in received[name])}V434" class="line" stroke-width="1.6" fill="none" marker-end="url(#tip)"/>'
    for topic, publisher in topics:
        rail = y[topic]
        reach = [at[publisher] - 58] + [at[s] + 58 for s in received if topic in received[s]]
        yield text(268, rail + 4, topic, 10.5, anchor="end", mono=True)
        yield f'<path d="M304 {rail}H944" class="edge" stroke-width="1"/>'
        yield f'<path d="M{min(reach)} {rail}H{max(reach)}" class="s-{publisher}" stroke-width="3" stroke-linecap="round"/>'
        yield f'<circle cx="{at[publisher] - 58}" cy="{rail}" r="5.5" class="f-{publisher}"/>'
        yield "".join(f'<circle cx="{at[s] + 58}" cy="{rail}" r="5" class="panel s-{publisher}" stroke-width="2.4"/>' for s in received if topic in received[s])


def around(built):
    """The controllers: applications of Argo CD in the largest profile, and those of the bootstrap and observability."""
    found = {"argocd": re.search(r"\?ref=v?([\d.]+)", (ROOT / "deploy/argocd/bootstrap/kustomization.yaml").read_text())[1]}
    for doc in of(built["argocd/scale"], "Application"):
        if "sources" in doc["spec"]:
            found[doc["metadata"]["name"]] = doc["spec"]["sources"][0]["targetRevision"].removeprefix("v")
    for doc in of(built["observability"], "Deployment"):
        found[doc["metadata"]["name"]] = doc["spec"]["template"]["spec"]["containers"][0]["image"].rpartition(":")[2]
    yield box(RIGHT, 210, END - RIGHT, 262) + text(RIGHT + 16, 232, "Around them, in the cluster", 13, weight=600)
    for i, name in enumerate(sorted(found)):
        y = 255 + 28 * i
        yield text(RIGHT + 16, y, name, 11, mono=True) + text(END - 14, y, found[name], 10, "soft", "end", mono=True)
        yield text(RIGHT + 16, y + 11, AROUND[name], 9.5, "soft")


def asked(built):
    """Who may do what in AWS: workloads.json."""
    grants = {}
    for workload in json.loads((ROOT / "terraform/modules/workload-identity/workloads.json").read_text())["workloads"]:
        for grant in workload["grants"]:
            grants.setdefault(grant, []).append((workload["service_account"].removesuffix("-controller-sa"), workload["mode"]))
    yield box(RIGHT, 500, END - RIGHT, 346) + text(RIGHT + 16, 524, "Asked of AWS, and by whom", 13, weight=600)
    order = [grant for grant in ASKED if grant in grants] + [grant for grant in grants if grant not in ASKED]
    for i, grant in enumerate(order):
        y = 549 + 23 * i
        who = [name for name, _ in grants[grant]]
        everyone = set(who) == {s["service"] for s in contracts()}
        yield text(RIGHT + 16, y, ASKED[grant], 11) + text(END - 30, y, "the four services" if everyone else ", ".join(who), 10, "soft", "end", mono=not everyone)
        full = grants[grant][0][1] == "irsa"
        yield f'<circle cx="{END - 18}" cy="{y - 4}" r="4" class="{"tip" if full else "panel line"}" stroke-width="1.6"/>'
    y = 549 + 23 * len(order) + 10
    yield f'<circle cx="{RIGHT + 21}" cy="{y - 4}" r="4" class="tip"/>' + text(RIGHT + 32, y, "by the token of its account (IRSA)", 10.5, "soft")
    yield f'<circle cx="{RIGHT + 21}" cy="{y + 13}" r="4" class="panel line" stroke-width="1.6"/>' + text(RIGHT + 32, y + 17, "by EKS Pod Identity", 10.5, "soft")


def delivery(built):
    """From a commit to a pod."""
    [image] = {c["image"] for d in of(built["apps/seed"], "Deployment", "Job") for c in d["spec"]["template"]["spec"]["containers"] if "dojob" in c["image"]}
    steps = [
        ("GitHub", "a merge to main"), ("image", "one image, four programs"), ("ECR", f"{image.partition('@')[0].rpartition('/')[2]}@sha256:…"),
        ("promote", " → ".join(PROFILES)), ("Argo CD", "follows overlays/<profile>"),
    ]
    for i, (name, words) in enumerate(steps):
        y = 210 + 44 * i
        yield box(LEFT, y, 236, 32, radius=8) + text(LEFT + 12, y + 20, name, 12, weight=600) + text(LEFT + 224, y + 20, words, 9.5, "soft", "end")
        if i:
            yield arrow(LEFT + 118, y - 12, LEFT + 118, y - 5)
    yield arrow(LEFT + 236, 210 + 44 * 4 + 16, 294, 210 + 44 * 4 + 16)


def sizes(facts):
    rows = [("", {p: p for p in PROFILES})]
    values = {p: settings(p) for p in PROFILES}
    per = lambda words: {p: words(values[p], facts[p]) for p in PROFILES}  # noqa: E731
    rows += [
        ("zones", per(lambda v, f: str(v["network.zones"].count(",") + 1))),
        ("way out", per(lambda v, f: {"nat_instance": "NAT instance", "nat_gateway_single": "one NAT gateway", "nat_gateway_per_zone": "a NAT gateway in each zone"}[v["network.egress"]])),
        ("nodes", per(lambda v, f: f"{v['cluster.nodes']}–{v['cluster.nodes_max']} {re.findall(r'[a-z0-9]+[.][a-z0-9]+', v['cluster.instance_types'])[0]}"
                      f"{', Spot' if v['cluster.capacity'] == 'SPOT' else ''}{' and Karpenter' if v['cluster.karpenter'] == 'true' else ''}")),
        ("PostgreSQL", per(lambda v, f: f"{v['database.instance_class']}, {'two zones' if v['database.multi_az'] == 'true' else 'one zone'}, {v['database.backup_days']} days back")),
        ("Kafka", per(lambda v, f: f"{f['KAFKA_SECURITY']}, {f['KAFKA_REPLICATION']} cop{'y' if f['KAFKA_REPLICATION'] == '1' else 'ies'}"
                      + (f", {v['kafka.instance_type']}" if v["kafka.mode"] == "msk" else ", in the cluster"))),
        ("private / data", per(lambda v, f: f"{f['PRIVATE_CIDRS'].split(',')[0]} … / {f['DATA_CIDRS'].split(',')[0]} …")),
        ("budget of a month", per(lambda v, f: f"${int(v['budget_usd']):,}")),
    ]
    yield box(LEFT, 884, END - LEFT, 28 + 24 * (len(rows) - 1) + 12)
    for i, (label, cells) in enumerate(rows):
        y = 908 + 24 * i
        yield text(LEFT + 16, y, label, 11.5, "soft")
        yield "".join(text(170 + 362 * j, y, cells[p], 14 if not i else 12, weight=400 if i else 600) for j, p in enumerate(PROFILES))
        if i:
            yield f'<path d="M{LEFT + 16} {y - 16}H{END - 16}" class="edge" stroke-width="0.6"/>'


def draw(built, facts):
    """The diagram. `built` is what tests/render.py makes, `facts` what each profile's platform.env says."""
    all_services = contracts()
    height = 1110
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img" aria-label="dojob in a cluster">',
        style(),
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="5" refY="4" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0.5L7 4L0 7.5z" class="tip"/></marker></defs>',
        f'<rect width="{WIDTH}" height="{height}" class="paper"/>',
        text(LEFT, 46, "dojob in a cluster", 24, weight=700),
        text(LEFT, 68, "Drawn from the rendered manifests, the services’ contracts and Terraform’s profiles.", 12, "soft"),
        # The network, the cluster in it, and what holds data.
        box(288, 192, 976, 668, "ground edge", 16, ' stroke-dasharray="6 5"') ,
        text(1252, 187, "VPC: nothing in it can be called from outside", 11, "soft", "end"),
        f'<path d="M288 484H1264M288 588H960" class="edge" stroke-width="1" stroke-dasharray="2 5"/>',
        *door(built), *delivery(built), *rails(built, all_services), *services(built, all_services), *around(built), *asked(built), *sizes(facts),
        # Legend
        f'<circle cx="{LEFT + 6}" cy="852" r="5.5" class="tip"/>' + text(LEFT + 18, 856, "publishes", 11, "soft"),
        f'<circle cx="{LEFT + 96}" cy="852" r="5" class="panel line" stroke-width="2.4"/>' + text(LEFT + 108, 856, "subscribes, or fetches", 11, "soft"),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def check(built, facts):
    try:
        drawn = draw(built, facts)
    except KeyError as missing:
        yield f"deploy/diagram.py has no words for {missing}, or nobody has such a thing any more"
        return
    if not FILE.exists() or FILE.read_text() != drawn:
        yield f"{FILE.relative_to(ROOT)} is not what is there; deploy/tests/check.py --write diagram draws it"
