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
  target = data.terraform_remote_state.data
  values = {
    outputs = {
      database     = { id = "dojob-test", host = "db.test", master_secret_arn = "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:rds-1" }
      kafka        = { brokers = "b-1.test:9098,b-2.test:9098", security = "msk_iam", replication = 2, cluster_arn = "arn:aws:kafka:ap-northeast-2:123456789012:cluster/dojob-test/11111111-2222-3333-4444-555555555555-1", cluster_name = "dojob-test" }
      identity     = { user_pool_id = "ap-northeast-2_test", user_pool_arn = "arn:aws:cognito-idp:ap-northeast-2:123456789012:userpool/ap-northeast-2_test", client_id = "client" }
      email        = { identity_arn = "arn:aws:ses:ap-northeast-2:123456789012:identity/dojob.example", configuration_set = "dojob-test" }
      media_bucket = "dojob-test-media-123456789012"
    }
  }
}

run "with_a_domain" {
  command = plan
  assert {
    condition     = alltrue([for name in ["AWS_REGION", "CERTIFICATE_ARN", "CLUSTER_NAME", "COGNITO_USER_POOL_ID", "DATABASE_HOST", "DATA_CIDRS", "DOMAIN", "KAFKA_BROKERS", "KAFKA_REPLICATION", "KAFKA_SECURITY", "LOAD_BALANCER_NAME", "MAIL_FROM", "PARAMETER_PREFIX", "PRIVATE_CIDRS", "PUBLIC_URL", "REGISTRY", "VPC_ID"] : contains(keys(output.platform_env), name)])
    error_message = "The manifests are told everything that they put in."
  }
  assert {
    condition     = length([for name in keys(output.platform_env) : name if startswith(name, "ROLE_ARN_")]) == length([for workload in jsondecode(file("../../modules/workload-identity/workloads.json")).workloads : workload if workload.mode != "none" && (var.cluster.karpenter || workload.service_account != "karpenter")])
    error_message = "Every service account of the list has its role."
  }
  assert {
    condition     = output.platform_env.ROLE_ARN_DOJOB_NOTIFY_ADDRESS == "arn:aws:iam::123456789012:role/dojob-${var.profile}-notify-address"
    error_message = "A role is named after the profile and the service account."
  }
  assert {
    condition     = output.platform_env.LOAD_BALANCER_NAME == output.load_balancer_name
    error_message = "The edge looks for the load balancer that the Ingress names."
  }
  assert {
    condition     = output.platform_env.PUBLIC_URL == "https://${var.domain}" && output.platform_env.MAIL_FROM == "두잡 <no-reply@${var.domain}>"
    error_message = "Mails are from the domain, and so are the links in them."
  }
}

run "without_a_domain" {
  command = plan
  variables {
    domain = null
  }
  assert {
    condition     = output.platform_env.DOMAIN == "" && output.platform_env.CERTIFICATE_ARN == ""
    error_message = "Without a domain there is no certificate."
  }
  assert {
    condition     = output.platform_env.PUBLIC_URL == "https://dojob-${var.profile}" && output.platform_env.MAIL_FROM == ""
    error_message = "Nobody's address is made up as a sender."
  }
}

run "the_operator_is_said" {
  command = plan
  variables {
    operator = { name = "두잡 운영자", address = "서울", contact = "02-000-0000", privacy_officer = "홍길동" }
  }
  assert {
    condition     = output.platform_env.OPERATOR_NAME == "두잡 운영자" && output.platform_env.PRIVACY_OFFICER == "홍길동"
    error_message = "The legal texts say who runs it."
  }
}

run "without_a_domain_mails_are_yours" {
  command = plan
  variables {
    domain     = null
    public_url = "https://d111111abcdef8.cloudfront.net"
    mail_from  = "두잡 <hello@mail.example>"
  }
  assert {
    condition     = output.platform_env.PUBLIC_URL == var.public_url && output.platform_env.MAIL_FROM == var.mail_from
    error_message = "Links in mails lead to CloudFront's own name."
  }
}
