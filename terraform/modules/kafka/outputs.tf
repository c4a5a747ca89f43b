output "brokers" {
  description = "host:port,... for KAFKA_BROKERS, or the broker that deploy/ runs in the cluster."
  value       = var.mode == "msk" ? aws_msk_cluster.this[0].bootstrap_brokers_sasl_iam : "kafka.dojob.svc:9092"
}

output "security" {
  description = "KAFKA_SECURITY. Inside the cluster a NetworkPolicy says who may speak to the broker, and no password does."
  value       = var.mode == "msk" ? "msk_iam" : "plaintext"
}

output "replication" {
  description = "KAFKA_REPLICATION: copies of each topic."
  value       = local.replication
}

output "cluster_arn" {
  description = "ARN of the MSK cluster, or null."
  value       = one(aws_msk_cluster.this[*].arn)
}

output "cluster_name" {
  description = "Name of the MSK cluster, or null."
  value       = one(aws_msk_cluster.this[*].cluster_name)
}
