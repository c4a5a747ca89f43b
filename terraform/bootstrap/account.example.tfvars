# Copy to account.tfvars (git ignores it) and write your own values.
account_id = "123456789012"
profiles   = ["seed"]

github = {
  repository    = "dojob/dojob"
  repository_id = "1234567890" # gh api repos/OWNER/NAME --jq .id
}
