variable "name" {
  description = "Prefix of every name."
  type        = string
}

variable "vpc_id" {
  description = "The VPC."
  type        = string
}

variable "subnet_ids" {
  description = "The data subnets, two or three."
  type        = list(string)
}

variable "client_cidrs" {
  description = "Who may connect: the private subnets."
  type        = list(string)
}

variable "key_arn" {
  description = "The KMS key of the disk, the backups, the logs and the master password."
  type        = string
}

variable "instance_class" {
  description = "As in db.t4g.micro."
  type        = string
}

variable "multi_az" {
  description = "Whether a second machine in another zone follows without loss."
  type        = bool
}

variable "storage_gb" {
  description = "Size of the disk in GB."
  type        = number
}

variable "storage_max_gb" {
  description = "Up to which RDS may grow it."
  type        = number
}

variable "backup_days" {
  description = "How far back a restore to any second can go."
  type        = number
}

variable "protected" {
  description = "Whether AWS refuses to delete it."
  type        = bool
}

variable "permissions_boundary" {
  description = "ARN of the policy that bounds every role."
  type        = string
}
