# The first stack, and the one that lives longest: key, log bucket, network, the domain's zone, the web front's home,
# and what tells us early.
locals {
  log_bucket = "${local.name}-logs-${var.account_id}"
}

module "key" {
  source     = "../../modules/key"
  name       = local.name
  account_id = var.account_id
  region     = var.region
}

module "logs" {
  source      = "../../modules/storage"
  name        = local.log_bucket
  expire_days = 400
  protected   = var.protected

  statements = [
    {
      Sid       = "ServersThatWriteLogsAskFirst"
      Effect    = "Allow"
      Principal = { Service = ["cloudtrail.amazonaws.com", "delivery.logs.amazonaws.com"] }
      Action    = "s3:GetBucketAcl"
      Resource  = "arn:aws:s3:::${local.log_bucket}"
      Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } }
    },
    {
      Sid       = "AndThenWrite"
      Effect    = "Allow"
      Principal = { Service = ["cloudtrail.amazonaws.com", "delivery.logs.amazonaws.com", "logging.s3.amazonaws.com"] }
      Action    = "s3:PutObject"
      Resource  = [for prefix in ["cloudtrail", "flow-logs", "s3"] : "arn:aws:s3:::${local.log_bucket}/${prefix}/*"]
      Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } }
    },
  ]
}

module "network" {
  source               = "../../modules/network"
  name                 = local.name
  cidr                 = var.network.cidr
  zones                = var.network.zones
  egress               = var.network.egress
  flow_log_bucket_arn  = module.logs.arn
  permissions_boundary = local.permissions_boundary
}

# Its four name servers are what the registrar of the domain is told.
resource "aws_route53_zone" "this" {
  count = var.domain == null ? 0 : 1
  name  = var.domain
}

module "web" {
  source = "../../modules/web-hosting"
  name   = local.name
}

module "guardrails" {
  source               = "../../modules/guardrails"
  name                 = local.name
  account_id           = var.account_id
  region               = var.region
  budget_usd           = var.budget_usd
  alarm_email          = var.alarm_email
  log_bucket           = module.logs.name
  key_arn              = module.key.arn
  threat_detection     = var.threat_detection
  backup_region        = var.backup_region
  permissions_boundary = local.permissions_boundary
}
