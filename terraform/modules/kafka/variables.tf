variable "name" {
  description = "Name of the cluster of brokers."
  type        = string
}

variable "mode" {
  description = "none (a broker in Kubernetes, of deploy/) or msk."
  type        = string
}

variable "vpc_id" {
  description = "The VPC."
  type        = string
}

variable "subnet_ids" {
  description = "The data subnets, one for each zone."
  type        = list(string)
}

variable "client_cidrs" {
  description = "Who may connect: the private subnets."
  type        = list(string)
}

variable "key_arn" {
  description = "The KMS key of the disks and logs."
  type        = string
}

variable "instance_type" {
  description = "As in kafka.t3.small; null without MSK."
  type        = string
}

variable "brokers" {
  description = "How many brokers, a multiple of the zones."
  type        = number
}

variable "storage_gb" {
  description = "Disk of a broker in GB."
  type        = number
}
