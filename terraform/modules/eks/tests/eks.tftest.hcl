variables {
  name                 = "dojob-test"
  account_id           = "123456789012"
  region               = "ap-northeast-2"
  kubernetes_version   = "1.35"
  vpc_id               = "vpc-1"
  subnet_ids           = ["subnet-1", "subnet-2"]
  private_cidrs        = ["10.20.32.0/19", "10.20.64.0/19"]
  key_arn              = "arn:aws:kms:ap-northeast-2:123456789012:key/1"
  administrators       = ["arn:aws:iam::123456789012:role/admin"]
  instance_types       = ["t4g.medium"]
  capacity             = "SPOT"
  nodes                = 2
  nodes_max            = 4
  disk_gb              = 25
  karpenter            = true
  permissions_boundary = "arn:aws:iam::123456789012:policy/dojob-boundary"
}

run "a_private_cluster_with_standard_support" {
  command = plan
  assert {
    condition     = aws_eks_cluster.this.upgrade_policy[0].support_type == "STANDARD"
    error_message = "Extended support costs six times as much."
  }
  assert {
    condition     = !aws_eks_cluster.this.vpc_config[0].endpoint_public_access && aws_eks_cluster.this.vpc_config[0].endpoint_private_access
    error_message = "The API has no public address."
  }
  assert {
    condition     = length(aws_eks_cluster.this.enabled_cluster_log_types) == 5
    error_message = "All five logs."
  }
}

run "pods_by_prefixes" {
  command = plan
  assert {
    condition     = jsondecode(aws_eks_addon.before_nodes["vpc-cni"].configuration_values).env.ENABLE_PREFIX_DELEGATION == "true"
    error_message = "A t4g.medium takes 110 pods, not 17."
  }
  assert {
    condition     = jsondecode(aws_eks_addon.before_nodes["vpc-cni"].configuration_values).enableNetworkPolicy == "true"
    error_message = "NetworkPolicies are enforced."
  }
}

run "with_karpenter" {
  command = plan
  assert {
    condition     = length(aws_sqs_queue.interruptions) == 1 && length(aws_cloudwatch_event_rule.interruptions) == 4
    error_message = "Karpenter is told of interruptions."
  }
}

run "without_karpenter" {
  command = plan
  variables {
    karpenter = false
  }
  assert {
    condition     = length(aws_sqs_queue.interruptions) == 0 && output.karpenter_queue == ""
    error_message = "Nothing is made."
  }
}

run "no_pod_reaches_the_metadata_service" {
  command = plan
  assert {
    condition     = aws_launch_template.node.metadata_options[0].http_tokens == "required" && aws_launch_template.node.metadata_options[0].http_put_response_hop_limit == 1
    error_message = "One hop, with a token."
  }
}
