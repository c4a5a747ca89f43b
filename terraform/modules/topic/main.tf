# A topic to which one service of AWS speaks for this account: encrypted, and closed to everybody else.
variable "name" {
  type = string
}

variable "key_arn" {
  description = "The KMS key; its policy lets the service use it."
  type        = string
}

variable "region" {
  type = string
}

variable "account_id" {
  type = string
}

variable "publisher" {
  description = "The service that may publish, as in cloudwatch.amazonaws.com."
  type        = string
}

variable "sid" {
  description = "What the permission is called: says what the service tells."
  type        = string
}

resource "aws_sns_topic" "this" {
  name              = var.name
  kms_master_key_id = var.key_arn
}

resource "aws_sns_topic_policy" "this" {
  arn = aws_sns_topic.this.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = var.sid
      Effect    = "Allow"
      Principal = { Service = var.publisher }
      Action    = "sns:Publish"
      Resource  = "arn:aws:sns:${var.region}:${var.account_id}:${var.name}"
      Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } }
    }]
  })
}

output "arn" {
  description = "Of the topic."
  value       = aws_sns_topic.this.arn
}

output "name" {
  description = "Of the topic."
  value       = aws_sns_topic.this.name
}
