# One private bucket: encrypted, versioned, TLS only, with an end to what is no longer the current version.
variable "name" {
  description = "Name of the bucket; one for all of AWS, so it ends with the account's number."
  type        = string
}

variable "key_arn" {
  description = "The KMS key, or null for the one that AWS keeps for S3 in every account."
  type        = string
  default     = null
}

variable "kms" {
  description = "Whether KMS has the key. S3's own key where false: AWS's log services can deliver to no other."
  type        = bool
  default     = true
}

variable "log_bucket" {
  description = "The bucket that accesses are logged to, or null for the log bucket itself."
  type        = string
  default     = null
}

variable "expire_days" {
  description = "After how many days objects go away, or null: never."
  type        = number
  default     = null
}

variable "upload_origins" {
  description = "Origins of web pages that may upload with a signed address; empty for none."
  type        = list(string)
  default     = []
}

variable "protected" {
  description = "Whether the bucket with something in it is kept on destroy."
  type        = bool
}

variable "statements" {
  description = "Statements of the bucket's policy beside the one that asks for TLS."
  type        = any
  default     = []
}

resource "aws_s3_bucket" "this" {
  bucket        = var.name
  force_destroy = !var.protected
}

resource "aws_s3_bucket_public_access_block" "this" {
  bucket                  = aws_s3_bucket.this.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "this" {
  bucket = aws_s3_bucket.this.id
  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_versioning" "this" {
  bucket = aws_s3_bucket.this.id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  bucket = aws_s3_bucket.this.id
  rule {
    bucket_key_enabled = true # one call to KMS for many objects
    apply_server_side_encryption_by_default {
      sse_algorithm     = var.kms ? "aws:kms" : "AES256"
      kms_master_key_id = var.key_arn
    }
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "this" {
  bucket = aws_s3_bucket.this.id
  rule {
    id     = "old-versions"
    status = "Enabled"
    filter {}
    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
    noncurrent_version_expiration {
      noncurrent_days = 30
    }
    dynamic "expiration" {
      for_each = var.expire_days == null ? [] : [var.expire_days]
      content {
        days = expiration.value
      }
    }
  }
}

resource "aws_s3_bucket_logging" "this" {
  count         = var.log_bucket == null ? 0 : 1
  bucket        = aws_s3_bucket.this.id
  target_bucket = var.log_bucket
  target_prefix = "s3/${var.name}/"
}

resource "aws_s3_bucket_cors_configuration" "this" {
  count  = length(var.upload_origins) == 0 ? 0 : 1
  bucket = aws_s3_bucket.this.id
  cors_rule {
    allowed_methods = ["GET", "PUT"]
    allowed_origins = var.upload_origins
    allowed_headers = ["content-type", "content-md5"]
    expose_headers  = ["etag"]
    max_age_seconds = 3600
  }
}

resource "aws_s3_bucket_policy" "this" {
  bucket = aws_s3_bucket.this.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat([{
      Sid       = "OnlyOverTls"
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = ["arn:aws:s3:::${var.name}", "arn:aws:s3:::${var.name}/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }], var.statements)
  })
  depends_on = [aws_s3_bucket_public_access_block.this]
}

output "name" {
  description = "Name of the bucket, known once it is there."
  value       = aws_s3_bucket.this.id
}

output "arn" {
  description = "ARN of the bucket."
  value       = aws_s3_bucket.this.arn
}
