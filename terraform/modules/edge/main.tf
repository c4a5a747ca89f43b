# The front door of the world: CloudFront serves the web front from Amplify and hands /api, sockets too, to the internal
# load balancer through a VPC origin. Nothing in the VPC has an address that the internet can reach.
variable "name" {
  description = "Prefix of every name."
  type        = string
}

variable "domain" {
  description = "The name that people type, or null: then CloudFront's own."
  type        = string
}

variable "zone_id" {
  description = "The hosted zone of the domain, or null."
  type        = string
}

variable "web_host" {
  description = "Host of the web front on Amplify."
  type        = string
}

variable "load_balancer_arn" {
  description = "The internal load balancer that the controller made from the Ingress."
  type        = string
}

variable "load_balancer_host" {
  description = "Its host name."
  type        = string
}

variable "log_bucket_arn" {
  description = "ARN of the bucket of logs."
  type        = string
}

variable "web_acl" {
  description = "Whether AWS WAF stands before it."
  type        = bool
}

# CloudFront's parts live in us-east-1, whatever region the rest is in.
resource "aws_acm_certificate" "front" {
  count             = var.domain == null ? 0 : 1
  region            = "us-east-1"
  domain_name       = var.domain
  validation_method = "DNS"
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_route53_record" "validation" {
  count           = var.domain == null ? 0 : 1
  zone_id         = var.zone_id
  allow_overwrite = true # the load balancer's certificate is proved by the same record
  name            = tolist(aws_acm_certificate.front[0].domain_validation_options)[0].resource_record_name
  type            = tolist(aws_acm_certificate.front[0].domain_validation_options)[0].resource_record_type
  records         = [tolist(aws_acm_certificate.front[0].domain_validation_options)[0].resource_record_value]
  ttl             = 300
}

resource "aws_acm_certificate_validation" "front" {
  count                   = var.domain == null ? 0 : 1
  region                  = "us-east-1"
  certificate_arn         = aws_acm_certificate.front[0].arn
  validation_record_fqdns = [aws_route53_record.validation[0].fqdn]
}

resource "aws_cloudfront_vpc_origin" "api" {
  vpc_origin_endpoint_config {
    name       = "${var.name}-api"
    arn        = var.load_balancer_arn
    http_port  = 80
    https_port = 443
    # With a domain the load balancer shows its certificate; without one there is none to show, and the way is inside AWS.
    origin_protocol_policy = var.domain == null ? "http-only" : "https-only"
    origin_ssl_protocols {
      items    = ["TLSv1.2"]
      quantity = 1
    }
  }
}

resource "aws_cloudfront_response_headers_policy" "this" {
  name    = var.name
  comment = "What a browser may do with our pages"

  security_headers_config {
    strict_transport_security {
      access_control_max_age_sec = 63072000
      include_subdomains         = true
      preload                    = true
      override                   = true
    }
    content_type_options {
      override = true
    }
    frame_options {
      frame_option = "DENY"
      override     = true
    }
    referrer_policy {
      referrer_policy = "strict-origin-when-cross-origin"
      override        = true
    }
    content_security_policy {
      # The same words as the standalone program sends, so that what works there works here.
      content_security_policy = "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
      override                = false
    }
  }
}

# Managed by AWS: numbers of these policies are the same in every account.
data "aws_cloudfront_cache_policy" "optimized" {
  name = "Managed-CachingOptimized"
}

data "aws_cloudfront_cache_policy" "disabled" {
  name = "Managed-CachingDisabled"
}

data "aws_cloudfront_origin_request_policy" "all" {
  name = "Managed-AllViewer" # a socket's upgrade needs every header
}

data "aws_cloudfront_origin_request_policy" "all_but_host" {
  name = "Managed-AllViewerExceptHostHeader" # Amplify finds its app by its own host name
}

resource "aws_cloudfront_distribution" "this" {
  comment             = var.name
  enabled             = true
  is_ipv6_enabled     = true
  http_version        = "http2and3"
  price_class         = "PriceClass_200" # with Seoul, without South America and Australia
  aliases             = var.domain == null ? [] : [var.domain]
  default_root_object = "index.html"
  web_acl_id          = var.web_acl ? aws_wafv2_web_acl.this[0].arn : null

  origin {
    origin_id   = "web"
    domain_name = var.web_host
    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "https-only"
      origin_ssl_protocols   = ["TLSv1.2"]
    }
  }

  origin {
    origin_id   = "api"
    domain_name = var.load_balancer_host
    vpc_origin_config {
      vpc_origin_id            = aws_cloudfront_vpc_origin.api.id
      origin_read_timeout      = 60
      origin_keepalive_timeout = 60
    }
  }

  default_cache_behavior {
    target_origin_id           = "web"
    viewer_protocol_policy     = "redirect-to-https"
    allowed_methods            = ["GET", "HEAD", "OPTIONS"]
    cached_methods             = ["GET", "HEAD"]
    compress                   = true
    cache_policy_id            = data.aws_cloudfront_cache_policy.optimized.id
    origin_request_policy_id   = data.aws_cloudfront_origin_request_policy.all_but_host.id
    response_headers_policy_id = aws_cloudfront_response_headers_policy.this.id
  }

  ordered_cache_behavior {
    path_pattern               = "/api/*"
    target_origin_id           = "api"
    viewer_protocol_policy     = "https-only"
    allowed_methods            = ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"]
    cached_methods             = ["GET", "HEAD"]
    compress                   = true
    cache_policy_id            = data.aws_cloudfront_cache_policy.disabled.id
    origin_request_policy_id   = data.aws_cloudfront_origin_request_policy.all.id
    response_headers_policy_id = aws_cloudfront_response_headers_policy.this.id
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  viewer_certificate {
    acm_certificate_arn            = var.domain == null ? null : aws_acm_certificate_validation.front[0].certificate_arn
    cloudfront_default_certificate = var.domain == null
    minimum_protocol_version       = var.domain == null ? "TLSv1" : "TLSv1.2_2021"
    ssl_support_method             = var.domain == null ? null : "sni-only"
  }
}

# Who asked for what, into the bucket of logs. The older way (logging_config) needs a bucket with access lists, ours has none.
resource "aws_cloudwatch_log_delivery_source" "requests" {
  region       = "us-east-1"
  name         = "${var.name}-requests"
  log_type     = "ACCESS_LOGS"
  resource_arn = aws_cloudfront_distribution.this.arn
}

resource "aws_cloudwatch_log_delivery_destination" "requests" {
  region        = "us-east-1"
  name          = "${var.name}-requests"
  output_format = "json"
  delivery_destination_configuration {
    destination_resource_arn = "${var.log_bucket_arn}/cloudfront"
  }
}

resource "aws_cloudwatch_log_delivery" "requests" {
  region                   = "us-east-1"
  delivery_source_name     = aws_cloudwatch_log_delivery_source.requests.name
  delivery_destination_arn = aws_cloudwatch_log_delivery_destination.requests.arn
}

resource "aws_route53_record" "front" {
  for_each = var.domain == null ? toset([]) : toset(["A", "AAAA"])
  zone_id  = var.zone_id
  name     = var.domain
  type     = each.key
  alias {
    name                   = aws_cloudfront_distribution.this.domain_name
    zone_id                = aws_cloudfront_distribution.this.hosted_zone_id
    evaluate_target_health = false
  }
}

output "url" {
  description = "The address that people open."
  value       = "https://${var.domain == null ? aws_cloudfront_distribution.this.domain_name : var.domain}"
}

output "distribution_id" {
  description = "The distribution."
  value       = aws_cloudfront_distribution.this.id
}
