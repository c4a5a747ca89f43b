# The user pool. Who somebody is outside (Kakao, Naver) is the auth service's own work: users of a pool's OIDC providers
# cost $0.015 each beyond the first fifty, the pool's own are free up to ten thousand.
variable "name" {
  description = "Name of the pool."
  type        = string
}

variable "tier" {
  description = "LITE, ESSENTIALS or PLUS."
  type        = string
}

variable "domain" {
  description = "The domain that e-mail comes from, or null: then Cognito's own sender, about fifty a day."
  type        = string
}

variable "email_identity_arn" {
  description = "The SES identity of the domain, or null."
  type        = string
}

variable "protected" {
  description = "Whether AWS refuses to delete the pool."
  type        = bool
}

resource "aws_cognito_user_pool" "this" {
  name                = var.name
  user_pool_tier      = var.tier
  deletion_protection = var.protected ? "ACTIVE" : "INACTIVE"

  # Neither can be changed once there is a pool: people are known by e-mail, whatever way they write it.
  username_attributes = ["email"]
  username_configuration {
    case_sensitive = false
  }

  auto_verified_attributes = ["email"]
  user_attribute_update_settings {
    attributes_require_verification_before_update = ["email"]
  }

  # No SMS: to Korea it is dear and needs a registered sender. A second factor is a code of an app.
  mfa_configuration = "OPTIONAL"
  software_token_mfa_configuration {
    enabled = true
  }

  password_policy {
    minimum_length                   = 12
    require_lowercase                = false
    require_uppercase                = false
    require_numbers                  = false
    require_symbols                  = false
    password_history_size            = var.tier == "LITE" ? 0 : 5
    temporary_password_validity_days = 3
  }

  # The auth service makes the accounts: it knows the age, the region and the consent that we ask for.
  admin_create_user_config {
    allow_admin_create_user_only = true
  }

  account_recovery_setting {
    recovery_mechanism {
      name     = "verified_email"
      priority = 1
    }
  }

  email_configuration {
    email_sending_account = var.email_identity_arn == null ? "COGNITO_DEFAULT" : "DEVELOPER"
    source_arn            = var.email_identity_arn
    from_email_address    = var.email_identity_arn == null ? null : "dojob <no-reply@${var.domain}>"
  }
}

resource "aws_cognito_user_pool_client" "auth" {
  name         = "auth"
  user_pool_id = aws_cognito_user_pool.this.id

  # The client is our auth service, called with the role of its pod. No page ever sees Cognito.
  generate_secret                      = false
  allowed_oauth_flows_user_pool_client = false
  explicit_auth_flows                  = ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
  prevent_user_existence_errors        = "ENABLED"
  enable_token_revocation              = true

  access_token_validity  = 15
  id_token_validity      = 15
  refresh_token_validity = 30
  token_validity_units {
    access_token  = "minutes"
    id_token      = "minutes"
    refresh_token = "days"
  }
}

output "user_pool_id" {
  description = "The pool."
  value       = aws_cognito_user_pool.this.id
}

output "user_pool_arn" {
  description = "ARN of the pool."
  value       = aws_cognito_user_pool.this.arn
}

output "client_id" {
  description = "The client of the auth service."
  value       = aws_cognito_user_pool_client.auth.id
}
