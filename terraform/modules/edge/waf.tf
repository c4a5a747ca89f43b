# AWS WAF before CloudFront: AWS's own lists, and a limit on how often one address may call. Counts of five minutes.
locals {
  managed = {
    AWSManagedRulesAmazonIpReputationList = 10
    AWSManagedRulesKnownBadInputsRuleSet  = 20
    AWSManagedRulesCommonRuleSet          = 30
  }
  limits = {
    sign-in = { priority = 1, path = "/api/auth/", requests = 100 }
    all     = { priority = 2, path = "/", requests = 3000 }
  }
}

resource "aws_wafv2_web_acl" "this" {
  count  = var.web_acl ? 1 : 0
  region = "us-east-1"
  name   = var.name
  scope  = "CLOUDFRONT"

  default_action {
    allow {}
  }

  # The rules as WAF's own JSON: the nested blocks of the provider cannot be checked without AWS.
  rule_json = jsonencode(concat(
    [for name, limit in local.limits : {
      Name     = "limit-${name}"
      Priority = limit.priority
      Action   = { Block = {} }
      Statement = { RateBasedStatement = {
        Limit            = limit.requests
        AggregateKeyType = "IP"
        ScopeDownStatement = { ByteMatchStatement = {
          SearchString         = base64encode(limit.path) # the API takes bytes
          PositionalConstraint = "STARTS_WITH"
          FieldToMatch         = { UriPath = {} }
          TextTransformations  = [{ Priority = 0, Type = "NORMALIZE_PATH" }]
        } }
      } }
      VisibilityConfig = { MetricName = "limit-${name}", CloudWatchMetricsEnabled = true, SampledRequestsEnabled = true }
    }],
    [for name, priority in local.managed : {
      Name             = name
      Priority         = priority
      OverrideAction   = { None = {} }
      Statement        = { ManagedRuleGroupStatement = { Name = name, VendorName = "AWS" } }
      VisibilityConfig = { MetricName = name, CloudWatchMetricsEnabled = true, SampledRequestsEnabled = true }
    }],
  ))

  visibility_config {
    metric_name                = var.name
    cloudwatch_metrics_enabled = true
    sampled_requests_enabled   = true
  }
}

# AWS wants this prefix. What was let through is not written down: it is most of it, and it is people's.
resource "aws_cloudwatch_log_group" "waf" {
  count             = var.web_acl ? 1 : 0
  region            = "us-east-1"
  name              = "aws-waf-logs-${var.name}"
  retention_in_days = 365
}

resource "aws_wafv2_web_acl_logging_configuration" "this" {
  count                   = var.web_acl ? 1 : 0
  region                  = "us-east-1"
  resource_arn            = aws_wafv2_web_acl.this[0].arn
  log_destination_configs = [aws_cloudwatch_log_group.waf[0].arn]

  redacted_fields {
    single_header {
      name = "authorization"
    }
  }
  redacted_fields {
    single_header {
      name = "cookie"
    }
  }

  logging_filter {
    default_behavior = "DROP"
    filter {
      behavior    = "KEEP"
      requirement = "MEETS_ANY"
      condition {
        action_condition {
          action = "BLOCK"
        }
      }
    }
  }
}
