"""What must be true of every profile's plan, whatever the modules look like. usage: policies.py PLANS"""

import collections
import json
import sys

from plan import plans, policies_of, resources

folder = sys.argv[1]
errors = []
things = collections.defaultdict(list)  # profile -> resources
for profile, stack, resource in resources(folder):
    things[profile].append(resource)
configurations = {(profile, stack): plan["configuration"] for profile, stack, plan in plans(folder)}
checked = 0


def of(profile, *types):
    return [(resource["address"], resource["values"]) for resource in things[profile] if resource["type"] in types]


def need(condition, profile, address, words):
    global checked
    checked += 1
    if not condition:
        errors.append(f"{profile}: {address}: {words}")


def first(values, key):
    return (values.get(key) or [{}])[0]


def exactly(profile, kind, count, words):
    found = of(profile, kind)
    need(len(found) == count, profile, kind, f"{words}; there are {len(found)}")
    return found


profiles = sorted(set(things) - {"account"})
need(profiles == ["launch", "scale", "seed"], "all", "profiles", f"seed, launch and scale are planned, not {profiles}")

for profile in [*profiles, "account"]:
    # Storage
    buckets = of(profile, "aws_s3_bucket")
    need(buckets, profile, "aws_s3_bucket", "there are buckets")
    for kind in ("aws_s3_bucket_public_access_block", "aws_s3_bucket_versioning", "aws_s3_bucket_server_side_encryption_configuration",
                 "aws_s3_bucket_policy", "aws_s3_bucket_ownership_controls", "aws_s3_bucket_lifecycle_configuration"):
        need(len(of(profile, kind)) == len(buckets), profile, kind, "one for each bucket")
    for address, values in of(profile, "aws_s3_bucket_public_access_block"):
        need(all(values[key] is True for key in ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")), profile, address, "all four doors are closed")
    for address, values in of(profile, "aws_s3_bucket_versioning"):
        need(first(values, "versioning_configuration").get("status") == "Enabled", profile, address, "versions are kept")
    for address, values in of(profile, "aws_s3_bucket"):
        need(values.get("force_destroy") is not True, profile, address, "a bucket with something in it is not destroyed")
    for address, values in of(profile, "aws_s3_bucket_policy"):
        statement = next((s for s in json.loads(values["policy"])["Statement"] if s["Effect"] == "Deny"), {})
        need(statement.get("Condition", {}).get("Bool", {}).get("aws:SecureTransport") == "false" and statement.get("Action") == "s3:*", profile, address, "plain HTTP is refused")

    # Keys
    for address, values in of(profile, "aws_kms_key"):
        need(values.get("enable_key_rotation") is True, profile, address, "keys are rotated")
        need((values.get("deletion_window_in_days") or 0) >= 30, profile, address, "a deleted key can be had back for thirty days")

    # Doors: nobody in the world comes in
    for address, values in of(profile, "aws_vpc_security_group_ingress_rule"):
        need(values.get("cidr_ipv4") not in ("0.0.0.0/0",) and values.get("cidr_ipv6") != "::/0", profile, address, "no door is open to the world")
    for address, values in of(profile, "aws_security_group"):
        need(not any("0.0.0.0/0" in (rule.get("cidr_blocks") or []) for rule in values.get("ingress") or []), profile, address, "no door is open to the world")

    # Words that no tool prints: every role is bounded, the workflows' own excepted, which make no roles for others
    for address, values in of(profile, "aws_iam_role"):
        if profile != "account":
            need(str(values.get("permissions_boundary", "")).endswith(":policy/dojob-boundary"), profile, address, "the role is bounded")
            need(values["name"].startswith(f"dojob-{profile}-"), profile, address, "its name says the profile: the workflow may make no other")
    need(not of(profile, "aws_iam_user", "aws_iam_access_key", "aws_iam_user_policy"), profile, "aws_iam_user", "nobody has a stored key")
    for address, values in of(profile, "aws_iam_role_policy_attachment"):
        need("AdministratorAccess" not in values["policy_arn"], profile, address, "nobody is administrator")

for profile in profiles:
    name = f"dojob-{profile}"
    big = profile != "seed"

    # Network
    subnets = of(profile, "aws_subnet")
    need(len({values["availability_zone"] for _, values in subnets}) >= 2, profile, "aws_subnet", "two zones at least")
    private = [(a, v) for a, v in subnets if ".private[" in a]
    need(private, profile, "aws_subnet.private", "there are private subnets")
    for address, values in private:
        need(values["tags"].get("kubernetes.io/role/internal-elb") == "1", profile, address, "the load balancer's controller finds it")
        need(values["tags"].get("karpenter.sh/discovery") == name, profile, address, "Karpenter finds it")
    for address, values in subnets:
        need(values.get("map_public_ip_on_launch") is not True, profile, address, "no address is given by itself")
    data_tables = [v for a, v in of(profile, "aws_route_table") if a.endswith(".data")]
    need(len(data_tables) == 1 and not data_tables[0].get("route"), profile, "aws_route_table.data", "what holds data has no way out")
    need(not [a for a, _ in of(profile, "aws_route") if ".data" in a], profile, "aws_route", "what holds data has no way out")
    exactly(profile, "aws_default_security_group", 1, "the group that AWS makes is closed")
    exactly(profile, "aws_flow_log", 1, "refused connections are logged")
    exactly(profile, "aws_vpc_endpoint", 1, "S3 is reached without the NAT")
    gateways = {"seed": 0, "launch": 1, "scale": 3}[profile]
    exactly(profile, "aws_nat_gateway", gateways, f"{gateways} NAT gateways")

    # PostgreSQL
    for address, values in exactly(profile, "aws_db_instance", 1, "one PostgreSQL"):
        need(values["storage_encrypted"] is True and values.get("kms_key_id"), profile, address, "the disk is encrypted with our key")
        need(values["publicly_accessible"] is False, profile, address, "it has no public address")
        need(values["deletion_protection"] is True, profile, address, "AWS refuses to delete it")
        need(values["skip_final_snapshot"] is False and values["final_snapshot_identifier"], profile, address, "a last snapshot is taken")
        need(values["iam_database_authentication_enabled"] is True, profile, address, "people come by IAM")
        need(values["manage_master_user_password"] is True and not values.get("password"), profile, address, "no password is in the state")
        need(values["backup_retention_period"] >= 7, profile, address, "a week can be gone back")
        need(values["multi_az"] is big, profile, address, "a second machine follows" if big else "seed has one machine")
        need(values["copy_tags_to_snapshot"] is True and values["auto_minor_version_upgrade"] is True, profile, address, "snapshots are tagged, minor versions come by themselves")
        need(values["tags"]["Backup"] == name, profile, address, "AWS Backup finds it")
    for address, values in exactly(profile, "aws_db_parameter_group", 1, "one set of parameters"):
        parameters = {p["name"]: p["value"] for p in values["parameter"]}
        need(parameters.get("rds.force_ssl") == "1", profile, address, "TLS only")
        need(parameters.get("log_parameter_max_length") == "0", profile, address, "no log holds what people wrote")
    ports = {(v["from_port"], v["to_port"]) for a, v in of(profile, "aws_vpc_security_group_ingress_rule") if "module.database" in a}
    need(ports == {(5432, 5432)}, profile, "module.database", "only PostgreSQL's door")

    # Kafka
    clusters = exactly(profile, "aws_msk_cluster", 1 if big else 0, "MSK, but not in seed")
    for address, values in clusters:
        need(first(first(values, "encryption_info"), "encryption_in_transit").get("client_broker") == "TLS", profile, address, "TLS only")
        authentication = first(values, "client_authentication")
        need(authentication.get("unauthenticated") is False and first(authentication, "sasl").get("iam") is True, profile, address, "nobody without IAM")
        need(first(first(first(values, "broker_node_group_info"), "connectivity_info"), "public_access").get("type") == "DISABLED", profile, address, "no public address")
    for address, values in of(profile, "aws_msk_configuration"):
        need("auto.create.topics.enable=false" in values["server_properties"], profile, address, "only migrate makes topics")
        need("unclean.leader.election.enable=false" in values["server_properties"], profile, address, "nothing acknowledged is lost")

    # The cluster
    for address, values in exactly(profile, "aws_eks_cluster", 1, "one cluster"):
        need(first(values, "upgrade_policy").get("support_type") == "STANDARD", profile, address, "standard support: extended costs six times as much")
        network = first(values, "vpc_config")
        need(network.get("endpoint_public_access") is False and network.get("endpoint_private_access") is True, profile, address, "the API is private")
        need(set(values["enabled_cluster_log_types"]) == {"api", "audit", "authenticator", "controllerManager", "scheduler"}, profile, address, "all five logs")
        need(first(values, "encryption_config").get("resources") == ["secrets"], profile, address, "secrets are encrypted with our key")
        need(first(values, "access_config").get("authentication_mode") == "API", profile, address, "who may do what is in Terraform, not in a ConfigMap")
        need(first(values, "access_config").get("bootstrap_cluster_creator_admin_permissions") is False, profile, address, "who creates the cluster must not become its administrator")
    for address, values in of(profile, "aws_launch_template"):
        options = first(values, "metadata_options")
        need(options.get("http_tokens") == "required" and options.get("http_put_response_hop_limit") == 1, profile, address, "pods do not reach the metadata service")
        need(first(first(values, "block_device_mappings"), "ebs").get("encrypted") in (True, "true"), profile, address, "disks are encrypted")
    for address, values in of(profile, "aws_instance"):
        need(first(values, "metadata_options").get("http_tokens") == "required", profile, address, "version 2 of the metadata service")
    for address, values in exactly(profile, "aws_eks_node_group", 1, "one managed group of nodes"):
        need(values["ami_type"] == "AL2023_ARM_64_STANDARD", profile, address, "arm64: the image is built for it")
        need(first(values, "scaling_config")["min_size"] >= 2, profile, address, "two nodes at least")
        need(values["capacity_type"] == ("ON_DEMAND" if big else "SPOT"), profile, address, "on demand" if big else "Spot")
    addons = {values["addon_name"]: values for _, values in of(profile, "aws_eks_addon")}
    need(set(addons) == {"vpc-cni", "kube-proxy", "eks-pod-identity-agent", "coredns", "aws-ebs-csi-driver", "metrics-server"}, profile, "aws_eks_addon", f"six add-ons, not {sorted(addons)}")
    network = json.loads(addons.get("vpc-cni", {}).get("configuration_values") or "{}")
    need(network.get("enableNetworkPolicy") == "true", profile, "vpc-cni", "NetworkPolicies are enforced")
    need(network.get("env", {}).get("ENABLE_PREFIX_DELEGATION") == "true", profile, "vpc-cni", "110 pods on a node, not 17")
    eks = configurations[(profile, "platform")]["root_module"]["module_calls"]["eks"]["module"]["resources"]
    edges = {r["address"]: r.get("depends_on", []) for r in eks}
    need("aws_eks_addon.before_nodes" in edges.get("aws_eks_node_group.system", []), profile, "aws_eks_node_group.system", "network and identity come before the first node")
    need("aws_eks_node_group.system" in edges.get("aws_eks_addon.after_nodes", []), profile, "aws_eks_addon.after_nodes", "pods come after it")

    # Who may do what
    workloads = json.load(open(f"{sys.path[0]}/../../terraform/modules/workload-identity/workloads.json"))["workloads"]
    expected = {f"{name}-{w['role']}" for w in workloads if w["role"] and (big or w["service_account"] != "karpenter")}
    roles = {values["name"] for address, values in of(profile, "aws_iam_role") if "module.workload_identity" in address}
    need(roles == expected, profile, "module.workload_identity", f"roles of workloads.json: {sorted(roles ^ expected)}")
    subjects = [json.loads(v["assume_role_policy"]) for a, v in of(profile, "aws_iam_role") if "module.workload_identity" in a]
    for policy in subjects:
        for statement in policy["Statement"]:
            if "Federated" in statement["Principal"]:
                subject = next((v for k, v in statement["Condition"]["StringEquals"].items() if k.endswith(":sub")), "")
                need(subject.count(":") == 3 and "*" not in subject, profile, "module.workload_identity", f"one service account, not {subject!r}")

    # Accounts of people
    for address, values in exactly(profile, "aws_cognito_user_pool", 1, "one user pool"):
        need(values["deletion_protection"] == "ACTIVE", profile, address, "AWS refuses to delete it")
        need(values["user_pool_tier"] == "LITE", profile, address, "the tier is said: AWS's own choice is dearer")
        need(values["username_attributes"] == ["email"], profile, address, "it cannot be changed later")
        need(first(values, "password_policy")["minimum_length"] >= 12, profile, address, "passwords have twelve signs")
    for address, values in of(profile, "aws_cognito_user_pool_client"):
        need(values["prevent_user_existence_errors"] == "ENABLED", profile, address, "nobody can ask who has an account")

    # The front door
    for address, values in exactly(profile, "aws_cloudfront_distribution", 1, "one distribution"):
        need(first(values, "viewer_certificate")["minimum_protocol_version"] == "TLSv1.2_2021", profile, address, "TLS 1.2 and newer")
        need(first(values, "default_cache_behavior")["viewer_protocol_policy"] == "redirect-to-https", profile, address, "pages by HTTPS")
        api = first(values, "ordered_cache_behavior")
        need(api["path_pattern"] == "/api/*" and api["viewer_protocol_policy"] == "https-only", profile, address, "the API by HTTPS")
        need("POST" in api["allowed_methods"], profile, address, "the API takes POST")
        need(bool(values.get("web_acl_id")) is big, profile, address, "WAF stands before it" if big else "seed has no WAF")
        origin = next((o for o in values["origin"] if o["origin_id"] == "api"), {})
        need(origin.get("vpc_origin_config"), profile, address, "the load balancer is reached inside AWS")
    for address, values in of(profile, "aws_wafv2_web_acl"):
        rules = json.loads(values["rule_json"])
        need(sorted(r["Priority"] for r in rules) == sorted({r["Priority"] for r in rules}), profile, address, "every rule has its own priority")
        need({"limit-sign-in", "limit-all", "AWSManagedRulesKnownBadInputsRuleSet"} <= {r["Name"] for r in rules}, profile, address, "limits and AWS's lists")
        need(all("Count" not in json.dumps(r.get("Action", r.get("OverrideAction"))) for r in rules), profile, address, "rules block, they do not only count")

    # What tells us early
    for address, values in exactly(profile, "aws_budgets_budget", 1, "one budget"):
        need(float(values["limit_amount"]) <= {"seed": 150, "launch": 520, "scale": 2700}[profile], profile, address, "the budget is the promise of docs/COST.md")
    exactly(profile, "aws_ce_anomaly_subscription", 1, "unusual cost is told")
    exactly(profile, "aws_cloudtrail", 1, "who did what is kept")
    exactly(profile, "aws_accessanalyzer_analyzer", 1, "what is open to others is found")
    exactly(profile, "aws_guardduty_detector", 1 if big else 0, "GuardDuty, but not in seed")
    exactly(profile, "aws_backup_plan", 1 if profile == "scale" else 0, "scale copies its backups to another region")
    for address, values in of(profile, "aws_cloudwatch_metric_alarm"):
        need(values["alarm_actions"], profile, address, "an alarm tells somebody")
        need(values["alarm_description"], profile, address, "an alarm says what it means")
    for address, values in of(profile, "aws_cloudwatch_log_group"):
        need((values.get("retention_in_days") or 0) >= 365, profile, address, "logs are kept for a year, and not for ever")
    for address, values in of(profile, "aws_sns_topic", "aws_sqs_queue"):
        need(values.get("kms_master_key_id"), profile, address, "messages are encrypted with our key")

    # What the cluster is told
    facts = json.load(open(f"{folder}/{profile}/platform.output.json"))["platform_env"]["value"]
    for key, value in facts.items():
        need(isinstance(value, str) and "\n" not in value, profile, f"platform_env.{key}", "a value is one line of text")
    empty = sorted(key for key, value in facts.items() if value == "")
    need(empty == ([] if big else ["KARPENTER_NODE_ROLE", "KARPENTER_QUEUE"]), profile, "platform_env", f"nothing else is empty: {empty}")

# The account
exactly("account", "aws_ecr_repository", 1, "one registry for all profiles: what runs is promoted by its digest")
for address, values in of("account", "aws_ecr_repository"):
    need(values["image_tag_mutability"] == "IMMUTABLE", "account", address, "a tag is never moved")
    need(first(values, "image_scanning_configuration").get("scan_on_push") is True, "account", address, "images are looked through")
exactly("account", "aws_iam_openid_connect_provider", 1, "GitHub's tokens")
need(len(of("account", "aws_iam_role")) == 8, "account", "aws_iam_role", "image, plan, and apply and web for each profile")
for address, values in of("account", "aws_iam_role_policy"):
    if ".apply[" in address:
        policy = json.loads(values["policy"])
        make = [s for s in policy["Statement"] if s["Effect"] == "Allow" and "iam:CreateRole" in s["Action"]]
        need(make and all(s.get("Condition", {}).get("ArnEquals", {}).get("iam:PermissionsBoundary", "").endswith("dojob-boundary") for s in make), "account", address, "only bounded roles are made")
        need(any(s["Effect"] == "Deny" and "dojob-github-" in json.dumps(s["Resource"]) for s in policy["Statement"]), "account", address, "it does not change itself")

print("\n".join(errors))
print(f"summary: {checked} assertions")
sys.exit(bool(errors))
