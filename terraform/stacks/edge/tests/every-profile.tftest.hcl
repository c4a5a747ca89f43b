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

override_data {
  target = data.terraform_remote_state.platform
  values = {
    outputs = {
      load_balancer_name = "dojob-test"
      alarm_topic_arn    = "arn:aws:sns:ap-northeast-2:123456789012:dojob-test-alarms"
    }
  }
}

run "with_a_domain" {
  command = plan
  assert {
    condition     = output.url == "https://dojob.example"
    error_message = "People open the domain."
  }
}

# That there is a plan is the test; what is in it is asked in modules/edge.
run "without_a_domain" {
  command = plan
  variables {
    domain = null
  }
}
