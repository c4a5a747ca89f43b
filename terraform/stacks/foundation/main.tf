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
  kms         = false
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
      Resource  = [for prefix in ["cloudfront", "cloudtrail", "flow-logs", "s3"] : "arn:aws:s3:::${local.log_bucket}/${prefix}/*"]
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

# Which names of ours are asked for: the first sign of a forgotten or a hijacked one. AWS takes it in us-east-1 only.
resource "aws_cloudwatch_log_group" "dns" {
  count             = var.domain == null ? 0 : 1
  region            = "us-east-1"
  name              = "/aws/route53/${var.domain}"
  retention_in_days = 365
}

resource "aws_cloudwatch_log_resource_policy" "dns" {
  count       = var.domain == null ? 0 : 1
  region      = "us-east-1"
  policy_name = "${local.name}-dns"
  policy_document = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "QueriesOfOurZone"
      Effect    = "Allow"
      Principal = { Service = "route53.amazonaws.com" }
      Action    = ["logs:CreateLogStream", "logs:PutLogEvents"]
      Resource  = "arn:aws:logs:us-east-1:${var.account_id}:log-group:/aws/route53/${var.domain}:*"
      Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } }
    }]
  })
}

resource "aws_route53_query_log" "this" {
  count                    = var.domain == null ? 0 : 1
  zone_id                  = aws_route53_zone.this[0].zone_id
  cloudwatch_log_group_arn = aws_cloudwatch_log_group.dns[0].arn
  depends_on               = [aws_cloudwatch_log_resource_policy.dns]
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
