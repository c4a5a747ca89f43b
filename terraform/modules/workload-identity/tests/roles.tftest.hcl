variables {
  name                 = "dojob-test"
  profile              = "seed"
  account_id           = "123456789012"
  region               = "ap-northeast-2"
  oidc_provider_arn    = "arn:aws:iam::123456789012:oidc-provider/oidc.eks.ap-northeast-2.amazonaws.com/id/X"
  oidc_issuer          = "oidc.eks.ap-northeast-2.amazonaws.com/id/X"
  key_arn              = "arn:aws:kms:ap-northeast-2:123456789012:key/1"
  kafka_cluster_arn    = "arn:aws:kafka:ap-northeast-2:123456789012:cluster/dojob-test/u-1"
  media_bucket_arn     = "arn:aws:s3:::dojob-test-media-123456789012"
  user_pool_arn        = "arn:aws:cognito-idp:ap-northeast-2:123456789012:userpool/p"
  email_identity_arn   = "arn:aws:ses:ap-northeast-2:123456789012:identity/dojob.example"
  vpc_id               = "vpc-1"
  karpenter            = true
  permissions_boundary = "arn:aws:iam::123456789012:policy/dojob-boundary"
}

run "a_token_of_one_service_account_only" {
  command = plan
  assert {
    condition     = alltrue([for key in output.irsa : jsondecode(aws_iam_role.this[key].assume_role_policy).Statement[0].Condition.StringEquals["oidc.eks.ap-northeast-2.amazonaws.com/id/X:sub"] == "system:serviceaccount:${replace(key, "/", ":")}"])
    error_message = "A role is for one service account of one namespace."
  }
  assert {
    condition     = length(output.irsa) == 7
    error_message = "Workloads that use Kafka come by token, and so does what has no pod: External Secrets asks for its token."
  }
}

run "kafka_of_this_cluster_only" {
  command = plan
  assert {
    condition     = strcontains(aws_iam_role_policy.this["dojob/chat"].policy, "arn:aws:kafka:ap-northeast-2:123456789012:topic/dojob-test/u-1/dojob.*")
    error_message = "Topics are named after the cluster."
  }
  assert {
    condition     = strcontains(aws_iam_role_policy.this["dojob/chat"].policy, "group/dojob-test/u-1/chat/*")
    error_message = "A group is named after its service."
  }
  assert {
    condition     = !strcontains(aws_iam_role_policy.this["dojob/core"].policy, "CreateTopic")
    error_message = "A service makes no topic."
  }
  assert {
    condition     = strcontains(aws_iam_role_policy.this["dojob/migrate"].policy, "CreateTopic")
    error_message = "migrate does."
  }
}

run "without_msk_nobody_has_a_right_to_it" {
  command = plan
  variables {
    kafka_cluster_arn = null
  }
  assert {
    condition     = !contains(keys(aws_iam_role_policy.this), "dojob/chat") && !contains(keys(aws_iam_role_policy.this), "keda/keda-operator")
    error_message = "A role without a grant has no policy."
  }
  assert {
    condition     = !strcontains(aws_iam_role_policy.this["dojob/core"].policy, "kafka")
    error_message = "core keeps its other rights."
  }
}

run "without_karpenter_it_has_no_role" {
  command = plan
  variables {
    karpenter = false
  }
  assert {
    condition     = !contains(keys(aws_iam_role.this), "kube-system/karpenter")
    error_message = "Nobody may start machines."
  }
}

run "secrets_of_this_profile_only" {
  command = plan
  assert {
    condition     = strcontains(aws_iam_role_policy.this["dojob/external-secrets"].policy, "parameter/dojob/seed/*")
    error_message = "The parameters of another profile stay closed."
  }
}

run "without_a_domain_nobody_sends_mail" {
  command = plan
  variables {
    email_identity_arn = null
  }
  assert {
    condition     = !strcontains(aws_iam_role_policy.this["dojob/notify-address"].policy, "ses:")
    error_message = "No sender, no right to send."
  }
}
