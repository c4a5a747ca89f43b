output "database" {
  description = "PostgreSQL: instance, host, and the secret with the master password."
  value = {
    id                = module.database.id
    host              = module.database.host
    master_secret_arn = module.database.master_secret_arn
  }
}

output "kafka" {
  description = "What the services are told of Kafka, and the MSK cluster if there is one."
  value = {
    brokers      = module.kafka.brokers
    security     = module.kafka.security
    replication  = module.kafka.replication
    cluster_arn  = module.kafka.cluster_arn
    cluster_name = module.kafka.cluster_name
  }
}

output "identity" {
  description = "The user pool and its client."
  value = {
    user_pool_id  = module.identity.user_pool_id
    user_pool_arn = module.identity.user_pool_arn
    client_id     = module.identity.client_id
  }
}

output "email" {
  description = "The SES identity and configuration set; null without a domain."
  value = {
    identity_arn      = one(module.email[*].identity_arn)
    configuration_set = one(module.email[*].configuration_set)
  }
}

output "media_bucket" {
  description = "The bucket of uploads."
  value       = module.media.name
}
