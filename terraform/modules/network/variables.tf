variable "name" {
  description = "Prefix of every name, and the name of the cluster that the subnets are tagged for."
  type        = string
}

variable "cidr" {
  description = "The address range of the VPC, /16 to /19."
  type        = string
}

variable "zones" {
  description = "The availability zones, pinned by name."
  type        = list(string)
}

variable "egress" {
  description = "nat_instance, nat_gateway_single or nat_gateway_per_zone."
  type        = string
}

variable "flow_log_bucket_arn" {
  description = "The bucket that refused connections are logged to."
  type        = string
}

variable "permissions_boundary" {
  description = "ARN of the policy that bounds every role."
  type        = string
}
