# The second stack: everything that holds what people gave us.
data "terraform_remote_state" "foundation" {
  backend = local.upstream_backend
  config  = local.upstream["foundation"]
}

locals {
  foundation = data.terraform_remote_state.foundation.outputs
}

module "database" {
  source               = "../../modules/database"
  name                 = local.name
  vpc_id               = local.foundation.network.vpc_id
  subnet_ids           = local.foundation.network.data_subnet_ids
  client_cidrs         = local.foundation.network.private_cidrs
  key_arn              = local.foundation.key_arn
  instance_class       = var.database.instance_class
  multi_az             = var.database.multi_az
  storage_gb           = var.database.storage_gb
  storage_max_gb       = var.database.storage_max_gb
  backup_days          = var.database.backup_days
  protected            = var.protected
  permissions_boundary = local.permissions_boundary
}

module "kafka" {
  source        = "../../modules/kafka"
  name          = local.name
  mode          = var.kafka.mode
  vpc_id        = local.foundation.network.vpc_id
  subnet_ids    = local.foundation.network.data_subnet_ids
  client_cidrs  = local.foundation.network.private_cidrs
  key_arn       = local.foundation.key_arn
  instance_type = var.kafka.instance_type
  brokers       = var.kafka.brokers
  storage_gb    = var.kafka.storage_gb
}

module "email" {
  source         = "../../modules/email"
  count          = var.domain == null ? 0 : 1
  name           = local.name
  region         = var.region
  account_id     = var.account_id
  domain         = var.domain
  zone_id        = local.foundation.zone_id
  report_address = var.alarm_email
  key_arn        = local.foundation.key_arn
}

module "identity" {
  source             = "../../modules/identity"
  name               = local.name
  tier               = var.user_pool_tier
  domain             = var.domain
  email_identity_arn = one(module.email[*].identity_arn)
  protected          = var.protected
  # Cognito refuses a sender that SES does not know yet.
  depends_on = [module.email]
}

module "media" {
  source         = "../../modules/storage"
  name           = "${local.name}-media-${var.account_id}"
  key_arn        = local.foundation.key_arn
  log_bucket     = local.foundation.log_bucket
  protected      = var.protected
  upload_origins = var.domain == null ? [] : ["https://${var.domain}"]
}
