variable "name" {
  description = "Name of the cluster and prefix of its roles."
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

variable "kubernetes_version" {
  description = "As in 1.35."
  type        = string
}

variable "vpc_id" {
  description = "The VPC."
  type        = string
}

variable "subnet_ids" {
  description = "The private subnets: nodes, and the control plane's interfaces."
  type        = list(string)
}

variable "private_cidrs" {
  description = "Who may call the cluster's API: the private subnets."
  type        = list(string)
}

variable "key_arn" {
  description = "The KMS key of secrets, logs and announcements."
  type        = string
}

variable "administrators" {
  description = "ARNs of the IAM roles that may do everything in the cluster."
  type        = list(string)
}

variable "instance_types" {
  description = "Types of the managed nodes; more than one only helps Spot."
  type        = list(string)
}

variable "capacity" {
  description = "SPOT or ON_DEMAND."
  type        = string
}

variable "nodes" {
  description = "How many managed nodes."
  type        = number
}

variable "nodes_max" {
  description = "How many at most, while they are being replaced."
  type        = number
}

variable "disk_gb" {
  description = "Disk of a node in GB."
  type        = number
}

variable "karpenter" {
  description = "Whether Karpenter gets a queue of interruptions and a role for its nodes."
  type        = bool
}

variable "permissions_boundary" {
  description = "ARN of the policy that bounds every role."
  type        = string
}
