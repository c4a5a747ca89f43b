output "key_arn" {
  description = "The profile's KMS key."
  value       = module.key.arn
}

output "log_bucket" {
  description = "The bucket of logs."
  value       = module.logs.name
}

output "network" {
  description = "VPC, subnets and their ranges."
  value = {
    vpc_id             = module.network.vpc_id
    private_subnet_ids = module.network.private_subnet_ids
    private_cidrs      = module.network.private_cidrs
    data_subnet_ids    = module.network.data_subnet_ids
    data_cidrs         = module.network.data_cidrs
  }
}

output "zone_id" {
  description = "The hosted zone of the domain, or null."
  value       = one(aws_route53_zone.this[*].zone_id)
}

output "name_servers" {
  description = "What the registrar of the domain is told."
  value       = var.domain == null ? [] : aws_route53_zone.this[0].name_servers
}

output "web" {
  description = "The app of Amplify, and the host that CloudFront fetches from."
  value = {
    app_id = module.web.app_id
    host   = module.web.host
  }
}
