# Copy to account.tfvars (git ignores it) and write your own values.
account_id   = "123456789012"
state_bucket = null # the output state_bucket of terraform/bootstrap
domain       = "dojob.example"
alarm_email  = "alarms@dojob.example"

github = {
  repository    = "dojob/dojob"
  repository_id = "1234567890" # gh api repos/OWNER/NAME --jq .id
}

# Without a domain: who mails are from, and where the pages are once the stack edge has said it.
# mail_from  = "두잡 <you@mail.example>"
# public_url = "https://d111111abcdef8.cloudfront.net"

administrators = ["arn:aws:iam::123456789012:role/admin"]
