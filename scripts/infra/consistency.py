"""What the plans make is what deploy/ and the services' contracts name. usage: consistency.py TREE PLANS [--write]

With --write, a profile that nobody has applied yet gets the platform.env of its plan, with zeros for what AWS decides.
"""

import fnmatch
import json
import pathlib
import re
import subprocess
import sys

from plan import plans, policies_of, resources

tree, folder = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
PROFILES = ("seed", "launch", "scale")
# The account, region and domain of envs/account.example.tfvars, which the dry run is made with.
ACCOUNT, REGION, DOMAIN = "123456789012", "ap-northeast-2", "dojob.example"
NOBODY = "0" * 12
# The stand-in for the provider makes up what AWS decides: aws_vpc-id-5e9ef3bc.
MADE_UP = re.compile(r"\baws_[a-z0-9_]+[-/]\S*[0-9a-f]{8}")
# What stands for it until there is a cluster. $ is the profile.
ZEROS = {
    "ALARM_TOPIC_ARN": f"arn:aws:sns:{REGION}:{NOBODY}:dojob-$-alarms",
    "CERTIFICATE_ARN": f"arn:aws:acm:{REGION}:{NOBODY}:certificate/00000000-0000-0000-0000-{NOBODY}",
    "COGNITO_CLIENT_ID": "0" * 26,
    "COGNITO_USER_POOL_ID": f"{REGION}_000000000",
    "DATABASE_HOST": f"dojob-$.{NOBODY}.{REGION}.rds.amazonaws.com",
    "KAFKA_BROKERS": ",".join(f"b-{n}.dojob$.000000.c2.kafka.{REGION}.amazonaws.com:9098" for n in (1, 2)),
    "MAIL_FROM": f"두잡 <no-reply@{DOMAIN}>",
    "MEDIA_BUCKET": f"dojob-$-media-{NOBODY}",
    "OPERATOR_ADDRESS": "서울특별시 마포구 도와로 1",
    "OPERATOR_CONTACT": f"02-000-0000, hello@{DOMAIN}",
    "OPERATOR_NAME": "두잡 운영자",
    "PRIVACY_OFFICER": f"홍길동, 02-000-0000, privacy@{DOMAIN}",
    "PRIVATE_SUBNET_IDS": ",".join(f"subnet-{n:017}" for n in (0, 1)),
    "VPC_ID": "vpc-00000000000000000",
}
# What the operator says of themselves.
OPERATORS = {"MAIL_FROM", "OPERATOR_ADDRESS", "OPERATOR_CONTACT", "OPERATOR_NAME", "PRIVACY_OFFICER"}
errors, checked = [], 0


def need(condition, words):
    global checked
    checked += 1
    if not condition:
        errors.append(words)


def planned(profile):
    return json.loads((folder / profile / "platform.output.json").read_text())["platform_env"]["value"]


def written(profile):
    path = tree / f"deploy/clusters/{profile}/platform.env"
    return dict(line.split("=", 1) for line in path.read_text().splitlines() if "=" in line and not line.startswith("#"))


def known(profile, file):
    """What platform.env has to say: the plan's values, for the account, region and domain of the file; None where AWS decides, or the operator."""
    domain = file.get("DOMAIN", "")
    for key, value in planned(profile).items():
        if not domain and key in ("CERTIFICATE_ARN", "EMAIL_CONFIGURATION_SET"):
            value = ""
        elif MADE_UP.search(value) or key in OPERATORS or (key == "PUBLIC_URL" and not domain):
            value = None
        else:
            value = value.replace(ACCOUNT, file.get("AWS_ACCOUNT_ID", "")).replace(REGION, file.get("AWS_REGION", ""))
            value = value.replace(DOMAIN, domain) if key in ("DOMAIN", "PUBLIC_URL") else value
        yield key, value


def write(profile):
    if written(profile).get("AWS_ACCOUNT_ID", NOBODY) != NOBODY:
        print(f"{profile}: it is a real cluster's; left alone")
        return
    facts = dict(known(profile, {"AWS_ACCOUNT_ID": NOBODY, "AWS_REGION": REGION, "DOMAIN": DOMAIN}))
    facts = {key: ZEROS[key].replace("$", profile) if value is None else value for key, value in facts.items()}
    subprocess.run([tree / "scripts/platform-env", profile], input=json.dumps(facts), text=True, check=True)


def facts(profile):
    file = written(profile)
    names = set(planned(profile))
    need(file.keys() == names, f"{profile}: platform.env and the output platform_env have not the same names: {sorted(file.keys() ^ names)}")
    for key, value in known(profile, file):
        if key not in file:
            continue
        need(bool(file[key]) if value is None else file[key] == value, f"{profile}: {key} is {file[key]!r} in platform.env, and {value or 'something'!r} in the plan")


def allowed(policy, action, arn):
    many = lambda value: [value] if isinstance(value, str) else value  # noqa: E731
    return any(
        statement["Effect"] == "Allow"
        and any(fnmatch.fnmatchcase(action, pattern) for pattern in many(statement["Action"]))
        and any(fnmatch.fnmatchcase(arn, pattern) for pattern in many(statement["Resource"]))
        for statement in policy["Statement"]
    )


def grants(profile):
    """(namespace/service account) → its policy."""
    return {
        resource["index"]: policy
        for of, stack, resource in resources(folder)
        if of == profile and stack == "platform" and resource["type"] == "aws_iam_role_policy" and "workload_identity" in resource["address"]
        for _, policy, _ in policies_of(resource)
    }


def kafka(profile):
    """MSK admits every workload that publishes, reads or measures a topic that the contracts name."""
    policies = grants(profile)
    cluster = next(s["Resource"] for s in policies["dojob/core"]["Statement"] if s["Sid"] == "Connect")
    place = lambda kind, name: f"{cluster.replace(':cluster/', f':{kind}/', 1)}/{name}"  # noqa: E731

    def may(who, action, kind, name):
        need(allowed(policies[who], f"kafka-cluster:{action}", place(kind, name)), f"{profile}: {who} may not {action} {kind} {name}")

    for path in sorted((tree / "contracts/services").glob("*.json")):
        contract = json.loads(path.read_text())
        who = f"dojob/{contract['service']}"
        for topic in (t["name"] for t in contract["topics"]):
            may(who, "WriteData", "topic", topic)
            for name in (topic, f"{topic}.dlq"):
                may("dojob/migrate", "CreateTopic", "topic", name)
        for group, topics in contract["consumers"].items():
            for one, action in ((who, "AlterGroup"), (who, "DescribeGroup"), ("keda/keda-operator", "DescribeGroup")):
                may(one, action, "group", group)
            for topic in topics:
                may(who, "ReadData", "topic", topic)
                may(who, "WriteData", "topic", f"{topic}.dlq")
                may("keda/keda-operator", "DescribeTopic", "topic", topic)


def parameters(profile):
    policy, prefix = grants(profile)["dojob/external-secrets"], planned(profile)["PARAMETER_PREFIX"]
    for secret in json.loads((tree / "terraform/modules/workload-identity/workloads.json").read_text())["secrets"]:
        arn = f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter{prefix}/{secret['parameter']}"
        need(allowed(policy, "ssm:GetParameter", arn), f"{profile}: External Secrets may not read {secret['parameter']}")


def main():
    if "--write" in sys.argv:
        for profile in PROFILES:
            write(profile)
        return
    [registry] = [r["values"]["name"] for of, _, r in resources(folder) if of == "account" and r["type"] == "aws_ecr_repository"]
    edges = {profile: plan for profile, stack, plan in plans(folder) if stack == "edge"}
    for profile in PROFILES:
        facts(profile)
        parameters(profile)
        if planned(profile)["KAFKA_SECURITY"] == "msk_iam":
            kafka(profile)
        host = planned(profile)["REGISTRY"]
        need(host == f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/{registry}", f"{profile}: REGISTRY is {host}, and bootstrap makes {registry}")
        state = edges[profile]["prior_state"]["values"]["root_module"]["resources"]
        sought = [r["values"]["name"] for r in state if r["address"] == "data.aws_lb.api"]
        need(sought == [planned(profile)["LOAD_BALANCER_NAME"]], f"{profile}: the stack edge looks for the load balancer {sought}")
    print("\n".join(errors) or f"summary: {checked} facts, topics, groups and parameters")
    sys.exit(bool(errors))


main()
