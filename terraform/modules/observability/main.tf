# What CloudWatch sees of AWS's own machines, and whom it tells. The services themselves are watched from inside the
# cluster (deploy/): Prometheus and its rules.
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

variable "key_arn" {
  description = "The KMS key of the topic and the logs."
  type        = string
}

variable "alarm_email" {
  description = "Who is told."
  type        = string
}

variable "database_id" {
  description = "The instance of PostgreSQL."
  type        = string
}

variable "kafka_cluster_name" {
  description = "The MSK cluster, or null."
  type        = string
}

module "alarms" {
  source     = "../topic"
  name       = "${var.name}-alarms"
  key_arn    = var.key_arn
  region     = var.region
  account_id = var.account_id
  publisher  = "cloudwatch.amazonaws.com"
  sid        = "AlarmsOfThisAccount"
}

resource "aws_sns_topic_subscription" "alarms" {
  topic_arn = module.alarms.arn
  protocol  = "email"
  endpoint  = var.alarm_email
}

# Where the collector in the cluster hands the services' logs.
resource "aws_cloudwatch_log_group" "services" {
  name              = "/dojob/${var.name}/services"
  retention_in_days = 365
  kms_key_id        = var.key_arn
}

locals {
  gigabyte = 1024 * 1024 * 1024

  database = {
    cpu         = { metric = "CPUUtilization", compare = "GreaterThanThreshold", threshold = 80, minutes = 15, says = "PostgreSQL is busy: look at the slow statements" }
    storage     = { metric = "FreeStorageSpace", compare = "LessThanThreshold", threshold = 4 * local.gigabyte, minutes = 15, says = "PostgreSQL's disk is nearly full: it grows by itself up to database.storage_max_gb" }
    memory      = { metric = "FreeableMemory", compare = "LessThanThreshold", threshold = 64 * 1024 * 1024, minutes = 15, says = "PostgreSQL is short of memory: fewer connections (DOJOB_POOL_MAX) or a larger class" }
    connections = { metric = "DatabaseConnections", compare = "GreaterThanThreshold", threshold = 75, minutes = 10, says = "PostgreSQL has nearly as many connections as a db.t4g.micro takes" }
    credits     = { metric = "CPUCreditBalance", compare = "LessThanThreshold", threshold = 20, minutes = 15, says = "PostgreSQL has used up its burst: a larger class" }
  }

  kafka = var.kafka_cluster_name == null ? {} : {
    controllers = { metric = "ActiveControllerCount", compare = "LessThanThreshold", threshold = 1, statistic = "Maximum", says = "Kafka has no controller" }
    offline     = { metric = "OfflinePartitionsCount", compare = "GreaterThanThreshold", threshold = 0, statistic = "Maximum", says = "Kafka has partitions without a leader: events wait to be published" }
    disk        = { metric = "KafkaDataLogsDiskUsed", compare = "GreaterThanThreshold", threshold = 75, statistic = "Maximum", says = "Kafka's disks are three quarters full: kafka.storage_gb" }
  }
}

resource "aws_cloudwatch_metric_alarm" "database" {
  for_each            = local.database
  alarm_name          = "${var.name}-database-${each.key}"
  alarm_description   = each.value.says
  namespace           = "AWS/RDS"
  metric_name         = each.value.metric
  dimensions          = { DBInstanceIdentifier = var.database_id }
  statistic           = "Average"
  period              = 300
  evaluation_periods  = each.value.minutes / 5
  comparison_operator = each.value.compare
  threshold           = each.value.threshold
  alarm_actions       = [module.alarms.arn]
  ok_actions          = [module.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "kafka" {
  for_each            = local.kafka
  alarm_name          = "${var.name}-kafka-${each.key}"
  alarm_description   = each.value.says
  namespace           = "AWS/Kafka"
  metric_name         = each.value.metric
  dimensions          = { "Cluster Name" = var.kafka_cluster_name }
  statistic           = each.value.statistic
  period              = 300
  evaluation_periods  = 3
  comparison_operator = each.value.compare
  threshold           = each.value.threshold
  alarm_actions       = [module.alarms.arn]
  ok_actions          = [module.alarms.arn]
}

output "topic_arn" {
  description = "Where alarms go."
  value       = module.alarms.arn
}

output "log_group" {
  description = "Where the collector writes the services' logs."
  value       = aws_cloudwatch_log_group.services.name
}
