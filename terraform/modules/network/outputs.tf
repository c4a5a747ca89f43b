output "vpc_id" {
  description = "The VPC."
  value       = aws_vpc.this.id
}

output "private_subnet_ids" {
  description = "Subnets of nodes and of the load balancer, in the order of the zones."
  value       = [for zone in var.zones : aws_subnet.private[zone].id]
}

output "private_cidrs" {
  description = "Ranges of the private subnets: who may reach PostgreSQL and Kafka, and where the load balancer calls from."
  value       = [for zone in var.zones : aws_subnet.private[zone].cidr_block]
}

output "data_subnet_ids" {
  description = "Subnets of PostgreSQL and Kafka, in the order of the zones."
  value       = [for zone in var.zones : aws_subnet.data[zone].id]
}

output "data_cidrs" {
  description = "Ranges of the data subnets: where NetworkPolicies let services go."
  value       = [for zone in var.zones : aws_subnet.data[zone].cidr_block]
}
