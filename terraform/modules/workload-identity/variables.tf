variable "name" {
  description = "Name of the cluster and prefix of every role."
  type        = string
}

variable "profile" {
  description = "The profile: where its parameters are (/dojob/<profile>/...)."
  type        = string
}

variable "account_id" {
  description = "The account."
  type        = string
}

variable "region" {
  description = "The region."
  type        = string
}

variable "oidc_provider_arn" {
  description = "The provider that checks service accounts' tokens."
  type        = string
}

variable "oidc_issuer" {
  description = "The issuer of those tokens, without https://."
  type        = string
}

variable "key_arn" {
  description = "The profile's KMS key."
  type        = string
}

variable "kafka_cluster_arn" {
  description = "ARN of the MSK cluster, or null where Kafka runs in the cluster: then nobody needs a right to it."
  type        = string
}

variable "media_bucket_arn" {
  description = "The bucket of uploads."
  type        = string
}

variable "user_pool_arn" {
  description = "The user pool."
  type        = string
}

variable "email_identity_arn" {
  description = "The SES identity, or null without a domain."
  type        = string
}

variable "vpc_id" {
  description = "The VPC in which the load balancer's controller may work."
  type        = string
}

variable "karpenter" {
  description = "Whether Karpenter is used."
  type        = bool
}

variable "permissions_boundary" {
  description = "ARN of the policy that bounds every role."
  type        = string
}
