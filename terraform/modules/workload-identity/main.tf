# One role for each service account that calls AWS. Who needs which is in workloads.json, which the checks of the
# manifests read too; what a grant allows is in grants.tf.
locals {
  file = jsondecode(file("${path.module}/workloads.json"))

  workloads = { for workload in local.file.workloads : "${workload.namespace}/${workload.service_account}" => workload
    if workload.mode != "none" && (var.karpenter || workload.service_account != "karpenter")
  }
  irsa         = { for key, workload in local.workloads : key => workload if workload.mode == "irsa" }
  pod_identity = { for key, workload in local.workloads : key => workload if workload.mode == "pod_identity" }

  # What each workload may do: the statements of all its grants. A grant may be empty in a profile.
  statements = { for key, workload in local.workloads : key => flatten([for grant in workload.grants : local.grants[grant]]) }
  permitted  = toset([for key, workload in local.workloads : key if length(local.statements[key]) > 0])

  # Two ways, two reasons for the older one. Credentials of Pod Identity change the session's name when they are renewed,
  # and MSK then drops the connection ("principal changed"); so a workload that uses Kafka comes by the service account's own
  # token. External Secrets asks for a token of the account that a SecretStore names; the agent of Pod Identity gives
  # credentials to pods alone, and this account has none.
  trust = merge(
    { for key, workload in local.irsa : key => {
      Effect    = "Allow"
      Action    = ["sts:AssumeRoleWithWebIdentity"]
      Principal = { Federated = var.oidc_provider_arn }
      Condition = { StringEquals = {
        "${var.oidc_issuer}:aud" = "sts.amazonaws.com"
        "${var.oidc_issuer}:sub" = "system:serviceaccount:${workload.namespace}:${workload.service_account}"
      } }
    } },
    { for key, workload in local.pod_identity : key => {
      Effect    = "Allow"
      Action    = ["sts:AssumeRole", "sts:TagSession"]
      Principal = { Service = "pods.eks.amazonaws.com" }
      Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } }
    } },
  )
}

resource "aws_iam_role" "this" {
  for_each             = local.workloads
  name                 = "${var.name}-${each.value.role}"
  description          = "${each.key}: ${each.value.why}"
  permissions_boundary = var.permissions_boundary
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [local.trust[each.key]]
  })
}

resource "aws_iam_role_policy" "this" {
  for_each = local.permitted
  name     = "grants"
  role     = aws_iam_role.this[each.key].id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = local.statements[each.key]
  })
}

resource "aws_eks_pod_identity_association" "this" {
  for_each        = local.pod_identity
  cluster_name    = var.name
  namespace       = each.value.namespace
  service_account = each.value.service_account
  role_arn        = aws_iam_role.this[each.key].arn
}

output "role_arns" {
  description = "ARN of the role of each namespace/service account, made of its parts so that it is known in a plan."
  value       = { for key, workload in local.workloads : key => "arn:aws:iam::${var.account_id}:role/${var.name}-${workload.role}" }
}

output "irsa" {
  description = "The service accounts whose manifest must name the role: eks.amazonaws.com/role-arn."
  value       = keys(local.irsa)
}
