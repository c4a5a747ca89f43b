# E-mail by SES, from our own domain, with what receivers look for: DKIM, our own MAIL FROM, DMARC. What bounces or is
# complained about comes back on a topic.
variable "name" {
  description = "Prefix of every name."
  type        = string
}

variable "region" {
  description = "The region of SES."
  type        = string
}

variable "account_id" {
  description = "The account."
  type        = string
}

variable "domain" {
  description = "The domain that mail comes from."
  type        = string
}

variable "zone_id" {
  description = "The hosted zone of the domain."
  type        = string
}

variable "report_address" {
  description = "Who receivers send their DMARC reports to."
  type        = string
}

variable "key_arn" {
  description = "The KMS key of the topic."
  type        = string
}

resource "aws_sesv2_configuration_set" "this" {
  configuration_set_name = var.name

  delivery_options {
    tls_policy = "REQUIRE"
  }

  reputation_options {
    reputation_metrics_enabled = true
  }

  # An address that bounced or complained is not written to again.
  suppression_options {
    suppressed_reasons = ["BOUNCE", "COMPLAINT"]
  }
}

resource "aws_sesv2_email_identity" "this" {
  email_identity         = var.domain
  configuration_set_name = aws_sesv2_configuration_set.this.configuration_set_name
  dkim_signing_attributes {
    next_signing_key_length = "RSA_2048_BIT"
  }
}

resource "aws_sesv2_email_identity_mail_from_attributes" "this" {
  email_identity         = aws_sesv2_email_identity.this.email_identity
  mail_from_domain       = "mail.${var.domain}"
  behavior_on_mx_failure = "REJECT_MESSAGE"
}

# SES always gives three tokens; their number must be known before they are.
resource "aws_route53_record" "dkim" {
  count   = 3
  zone_id = var.zone_id
  name    = "${aws_sesv2_email_identity.this.dkim_signing_attributes[0].tokens[count.index]}._domainkey.${var.domain}"
  type    = "CNAME"
  ttl     = 1800
  records = ["${aws_sesv2_email_identity.this.dkim_signing_attributes[0].tokens[count.index]}.dkim.amazonses.com"]
}

resource "aws_route53_record" "mail_from_mx" {
  zone_id = var.zone_id
  name    = "mail.${var.domain}"
  type    = "MX"
  ttl     = 1800
  records = ["10 feedback-smtp.${var.region}.amazonses.com"]
}

resource "aws_route53_record" "mail_from_spf" {
  zone_id = var.zone_id
  name    = "mail.${var.domain}"
  type    = "TXT"
  ttl     = 1800
  records = ["v=spf1 include:amazonses.com -all"]
}

resource "aws_route53_record" "dmarc" {
  zone_id = var.zone_id
  name    = "_dmarc.${var.domain}"
  type    = "TXT"
  ttl     = 1800
  records = ["v=DMARC1; p=quarantine; adkim=s; aspf=r; rua=mailto:${var.report_address}"]
}

module "feedback" {
  source     = "../topic"
  name       = "${var.name}-email-feedback"
  key_arn    = var.key_arn
  region     = var.region
  account_id = var.account_id
  publisher  = "ses.amazonaws.com"
  sid        = "SesReports"
}

resource "aws_sesv2_configuration_set_event_destination" "feedback" {
  configuration_set_name = aws_sesv2_configuration_set.this.configuration_set_name
  event_destination_name = "feedback"
  event_destination {
    enabled              = true
    matching_event_types = ["BOUNCE", "COMPLAINT", "REJECT"]
    sns_destination {
      topic_arn = module.feedback.arn
    }
  }
  depends_on = [module.feedback]
}

output "identity_arn" {
  description = "ARN of the identity, made of its parts so that it is known in a plan."
  value       = "arn:aws:ses:${var.region}:${var.account_id}:identity/${var.domain}"
}

output "configuration_set" {
  description = "The configuration set that every mail names."
  value       = aws_sesv2_configuration_set.this.configuration_set_name
}
