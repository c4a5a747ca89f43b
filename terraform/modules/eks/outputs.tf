output "name" {
  description = "Name of the cluster, known once it is there."
  value       = aws_eks_cluster.this.name
}

output "endpoint" {
  description = "Address of the cluster's API."
  value       = aws_eks_cluster.this.endpoint
}

output "oidc_provider_arn" {
  description = "The provider that service accounts' tokens are checked by."
  value       = aws_iam_openid_connect_provider.cluster.arn
}

output "oidc_issuer" {
  description = "The issuer of service accounts' tokens, without https://."
  value       = replace(aws_eks_cluster.this.identity[0].oidc[0].issuer, "https://", "")
}

output "security_group_id" {
  description = "The group of nodes and control plane."
  value       = aws_eks_cluster.this.vpc_config[0].cluster_security_group_id
}

output "karpenter_queue" {
  description = "Name of the queue of interruptions, or an empty text."
  value       = var.karpenter ? aws_sqs_queue.interruptions[0].name : ""
}

output "karpenter_node_role" {
  description = "Name of the role of Karpenter's nodes, or an empty text."
  value       = var.karpenter ? aws_iam_role.karpenter_node[0].name : ""
}
