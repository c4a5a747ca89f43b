variables {
  name               = "dojob-test"
  domain             = "dojob.example"
  zone_id            = "Z1"
  web_host           = "main.d1.amplifyapp.com"
  load_balancer_arn  = "arn:aws:elasticloadbalancing:ap-northeast-2:123456789012:loadbalancer/app/dojob-test/1"
  load_balancer_host = "internal-dojob-test.ap-northeast-2.elb.amazonaws.com"
  log_bucket_arn     = "arn:aws:s3:::logs"
  web_acl            = true
}

run "with_a_domain" {
  command = plan
  assert {
    condition     = aws_cloudfront_distribution.this.viewer_certificate[0].minimum_protocol_version == "TLSv1.2_2021"
    error_message = "TLS 1.2 and newer."
  }
  assert {
    condition     = aws_cloudfront_vpc_origin.api.vpc_origin_endpoint_config[0].origin_protocol_policy == "https-only"
    error_message = "TLS up to the load balancer."
  }
  assert {
    condition     = aws_acm_certificate.front[0].region == "us-east-1"
    error_message = "CloudFront takes certificates from there only."
  }
}

run "without_a_domain" {
  command = plan
  variables {
    domain  = null
    zone_id = null
  }
  assert {
    condition     = length(aws_acm_certificate.front) == 0 && length(aws_route53_record.front) == 0
    error_message = "No certificate and no record."
  }
  assert {
    condition     = aws_cloudfront_distribution.this.viewer_certificate[0].cloudfront_default_certificate
    error_message = "CloudFront's own name."
  }
}

run "the_api_is_never_cached" {
  command = plan
  assert {
    condition     = aws_cloudfront_distribution.this.ordered_cache_behavior[0].path_pattern == "/api/*" && aws_cloudfront_distribution.this.ordered_cache_behavior[0].cache_policy_id == data.aws_cloudfront_cache_policy.disabled.id
    error_message = "What belongs to one person is not served to another."
  }
}

run "with_waf" {
  command = plan
  assert {
    condition     = length(jsondecode(aws_wafv2_web_acl.this[0].rule_json)) == 5
    error_message = "Two limits, three lists of AWS."
  }
  assert {
    condition     = strcontains(aws_wafv2_web_acl.this[0].rule_json, "AWSManagedRulesKnownBadInputsRuleSet")
    error_message = "Log4j and its kind."
  }
}

run "without_waf" {
  command = plan
  variables {
    web_acl = false
  }
  assert {
    condition     = length(aws_wafv2_web_acl.this) == 0 && aws_cloudfront_distribution.this.web_acl_id == null
    error_message = "Nothing is made."
  }
}
