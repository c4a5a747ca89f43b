variables {
  name               = "dojob-test"
  tier               = "LITE"
  domain             = "dojob.example"
  email_identity_arn = "arn:aws:ses:ap-northeast-2:123456789012:identity/dojob.example"
  protected          = true
}

run "with_a_domain" {
  command = plan
  assert {
    condition     = aws_cognito_user_pool.this.email_configuration[0].email_sending_account == "DEVELOPER"
    error_message = "SES sends: Cognito itself sends about fifty a day."
  }
  assert {
    condition     = aws_cognito_user_pool.this.deletion_protection == "ACTIVE"
    error_message = "AWS refuses to delete it."
  }
  assert {
    condition     = aws_cognito_user_pool.this.user_pool_tier == "LITE"
    error_message = "The tier is said: AWS's own choice is dearer."
  }
}

run "without_a_domain" {
  command = plan
  variables {
    domain             = null
    email_identity_arn = null
  }
  assert {
    condition     = aws_cognito_user_pool.this.email_configuration[0].email_sending_account == "COGNITO_DEFAULT"
    error_message = "Cognito sends."
  }
}

run "tokens_are_short" {
  command = plan
  assert {
    condition     = aws_cognito_user_pool_client.auth.access_token_validity == 15
    error_message = "A token outlives a sign-out by a quarter of an hour at most."
  }
}
