# What tells us early: money, who did what, who could reach in from outside, and a second copy of the backups.
variable "name" {
  description = "Prefix of every name."
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

variable "budget_usd" {
  description = "What a month may cost."
  type        = number
}

variable "alarm_email" {
  description = "Who is told."
  type        = string
}

variable "log_bucket" {
  description = "The bucket of logs; its policy lets CloudTrail write below cloudtrail/."
  type        = string
}

variable "key_arn" {
  description = "The KMS key."
  type        = string
}

variable "threat_detection" {
  description = "Whether GuardDuty watches."
  type        = bool
}

variable "backup_region" {
  description = "Where the second copy goes, or null."
  type        = string
}

variable "permissions_boundary" {
  description = "ARN of the policy that bounds every role."
  type        = string
}

resource "aws_budgets_budget" "month" {
  name         = var.name
  budget_type  = "COST"
  limit_amount = tostring(var.budget_usd)
  limit_unit   = "USD"
  time_unit    = "MONTHLY"

  dynamic "notification" {
    for_each = { FORECASTED = 100, ACTUAL = 80 }
    content {
      comparison_operator        = "GREATER_THAN"
      threshold                  = notification.value
      threshold_type             = "PERCENTAGE"
      notification_type          = notification.key
      subscriber_email_addresses = [var.alarm_email]
    }
  }
}

resource "aws_ce_anomaly_monitor" "services" {
  name              = var.name
  monitor_type      = "DIMENSIONAL"
  monitor_dimension = "SERVICE"
}

resource "aws_ce_anomaly_subscription" "services" {
  name             = var.name
  frequency        = "DAILY"
  monitor_arn_list = [aws_ce_anomaly_monitor.services.arn]
  subscriber {
    type    = "EMAIL"
    address = var.alarm_email
  }
  threshold_expression {
    dimension {
      key           = "ANOMALY_TOTAL_IMPACT_ABSOLUTE"
      match_options = ["GREATER_THAN_OR_EQUAL"]
      values        = [tostring(ceil(var.budget_usd / 20))]
    }
  }
}

resource "aws_accessanalyzer_analyzer" "this" {
  analyzer_name = var.name
  type          = "ACCOUNT"
}

# The first trail of an account is free. It is the record of who did what.
module "trail" {
  source     = "../topic"
  name       = "${var.name}-trail"
  key_arn    = var.key_arn
  region     = var.region
  account_id = var.account_id
  publisher  = "cloudtrail.amazonaws.com"
  sid        = "TheTrailTellsOfItsFiles"
}

resource "aws_cloudtrail" "this" {
  name                          = var.name
  s3_bucket_name                = var.log_bucket
  s3_key_prefix                 = "cloudtrail"
  kms_key_id                    = var.key_arn
  sns_topic_name                = module.trail.name
  is_multi_region_trail         = true
  include_global_service_events = true
  enable_log_file_validation    = true
  depends_on                    = [module.trail]
}

resource "aws_guardduty_detector" "this" {
  count                        = var.threat_detection ? 1 : 0
  enable                       = true
  finding_publishing_frequency = "ONE_HOUR"
}

# AWS Backup copies what RDS keeps to another region: the last resort when a region is gone.
resource "aws_backup_vault" "here" {
  count       = var.backup_region == null ? 0 : 1
  name        = var.name
  kms_key_arn = var.key_arn
}

resource "aws_kms_key" "there" {
  count                   = var.backup_region == null ? 0 : 1
  region                  = var.backup_region
  description             = "Copies of the backups of ${var.name}"
  enable_key_rotation     = true
  deletion_window_in_days = 30
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "TheAccountDecidesByItsPolicies"
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::${var.account_id}:root" }
      Action    = "kms:*"
      Resource  = "*"
    }]
  })
}

resource "aws_backup_vault" "there" {
  count       = var.backup_region == null ? 0 : 1
  region      = var.backup_region
  name        = var.name
  kms_key_arn = aws_kms_key.there[0].arn
}

resource "aws_backup_plan" "this" {
  count = var.backup_region == null ? 0 : 1
  name  = var.name
  rule {
    rule_name         = "daily"
    target_vault_name = aws_backup_vault.here[0].name
    schedule          = "cron(0 19 * * ? *)" # 04:00 in Seoul
    lifecycle {
      delete_after = 7
    }
    copy_action {
      destination_vault_arn = aws_backup_vault.there[0].arn
      lifecycle {
        delete_after = 35
      }
    }
  }
}

resource "aws_iam_role" "backup" {
  count                = var.backup_region == null ? 0 : 1
  name                 = "${var.name}-backup"
  permissions_boundary = var.permissions_boundary
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "backup.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy_attachment" "backup" {
  count      = var.backup_region == null ? 0 : 1
  role       = aws_iam_role.backup[0].name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup"
}

resource "aws_backup_selection" "this" {
  count        = var.backup_region == null ? 0 : 1
  name         = "database"
  plan_id      = aws_backup_plan.this[0].id
  iam_role_arn = aws_iam_role.backup[0].arn
  selection_tag {
    type  = "STRINGEQUALS"
    key   = "Backup"
    value = var.name
  }
}
