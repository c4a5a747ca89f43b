# The last stack, once the cluster serves: the load balancer that the controller made from the Ingress is found by its
# name, and CloudFront is put before it.
data "terraform_remote_state" "foundation" {
  backend = local.upstream_backend
  config  = local.upstream["foundation"]
}

data "terraform_remote_state" "platform" {
  backend = local.upstream_backend
  config  = local.upstream["platform"]
}

data "aws_lb" "api" {
  name = data.terraform_remote_state.platform.outputs.load_balancer_name
}

locals {
  foundation = data.terraform_remote_state.foundation.outputs
}

module "edge" {
  source             = "../../modules/edge"
  name               = local.name
  domain             = var.domain
  zone_id            = local.foundation.zone_id
  web_host           = local.foundation.web.host
  load_balancer_arn  = data.aws_lb.api.arn
  load_balancer_host = data.aws_lb.api.dns_name
  log_bucket_arn     = "arn:aws:s3:::${local.foundation.log_bucket}"
  web_acl            = var.web_acl
}

# Requests that the load balancer could answer with nothing but an error.
resource "aws_cloudwatch_metric_alarm" "load_balancer" {
  for_each = {
    errors    = { metric = "HTTPCode_ELB_5XX_Count", says = "The load balancer found no pod that answers" }
    unhealthy = { metric = "UnHealthyHostCount", says = "Pods behind the load balancer are not ready" }
  }
  alarm_name          = "${local.name}-load-balancer-${each.key}"
  alarm_description   = each.value.says
  namespace           = "AWS/ApplicationELB"
  metric_name         = each.value.metric
  dimensions          = { LoadBalancer = data.aws_lb.api.arn_suffix }
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 5
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = [data.terraform_remote_state.platform.outputs.alarm_topic_arn]
}

output "url" {
  description = "The address that people open."
  value       = module.edge.url
}

output "distribution_id" {
  description = "The distribution, as CloudFront names it."
  value       = module.edge.distribution_id
}
