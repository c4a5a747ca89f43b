# Run with each of the three profiles.

override_data {
  target = data.terraform_remote_state.foundation
  values = {
    outputs = {
      key_arn    = "arn:aws:kms:ap-northeast-2:123456789012:key/00000000-0000-0000-0000-000000000001"
      log_bucket = "dojob-test-logs-123456789012"
      zone_id    = "Z0123456789"
      web        = { app_id = "d123", host = "main.d123.amplifyapp.com" }
      network = {
        vpc_id             = "vpc-1"
        private_subnet_ids = ["subnet-1", "subnet-2", "subnet-3"]
        private_cidrs      = ["10.20.32.0/19", "10.20.64.0/19"]
        data_subnet_ids    = ["subnet-4", "subnet-5", "subnet-6"]
        data_cidrs         = ["10.20.224.0/21", "10.20.232.0/21"]
      }
    }
  }
}


run "with_a_domain" {
  command = plan
  assert {
    condition     = output.kafka.security == (var.kafka.mode == "msk" ? "msk_iam" : "plaintext")
    error_message = "Services are told how to prove who they are."
  }
  assert {
    condition     = output.kafka.replication == (var.kafka.mode == "msk" ? min(3, var.kafka.brokers) : 1)
    error_message = "As many copies as there are brokers, three at most."
  }
  assert {
    condition     = output.email.identity_arn == "arn:aws:ses:ap-northeast-2:123456789012:identity/dojob.example"
    error_message = "Mail comes from the domain."
  }
}

run "without_a_domain" {
  command = plan
  variables {
    domain = null
  }
  assert {
    condition     = output.email.identity_arn == null && output.email.configuration_set == null
    error_message = "Without a domain there is no sender."
  }
}

run "on_the_way_back_to_zero" {
  command = plan
  variables {
    protected = false
  }
  assert {
    condition     = output.database.id == "dojob-${var.profile}"
    error_message = "Nothing but the protection differs."
  }
}
