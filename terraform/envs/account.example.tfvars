# Copy to account.tfvars (git ignores it) and write your own values.
account_id   = "123456789012"
state_bucket = null # the output state_bucket of terraform/bootstrap
domain       = "dojob.example"
alarm_email  = "alarms@dojob.example"

github = {
  repository    = "dojob/dojob"
  repository_id = "1234567890" # gh api repos/OWNER/NAME --jq .id
}

# The legal texts say it; the services do not start without.
operator = {
  name            = "두잡 운영자"
  address         = "서울특별시 마포구 도와로 1"
  contact         = "02-000-0000, hello@dojob.example"
  privacy_officer = "홍길동, 02-000-0000, privacy@dojob.example"
}

# Without a domain: who mails are from, and where the pages are once the stack edge has said it.
# mail_from  = "두잡 <you@mail.example>"
# public_url = "https://d111111abcdef8.cloudfront.net"

administrators = ["arn:aws:iam::123456789012:role/admin"]
