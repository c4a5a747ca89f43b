variables {
  name          = "dojob-test"
  mode          = "msk"
  vpc_id        = "vpc-1"
  subnet_ids    = ["subnet-1", "subnet-2"]
  client_cidrs  = ["10.20.32.0/19", "10.20.64.0/19"]
  key_arn       = "arn:aws:kms:ap-northeast-2:123456789012:key/1"
  instance_type = "kafka.t3.small"
  brokers       = 2
  storage_gb    = 20
}

run "none" {
  command = plan
  variables {
    mode          = "none"
    instance_type = null
  }
  assert {
    condition     = length(aws_msk_cluster.this) == 0 && length(aws_security_group.this) == 0
    error_message = "Nothing is made."
  }
  assert {
    condition     = output.security == "plaintext" && output.replication == 1
    error_message = "The broker in the cluster is one, and asks for no password: a NetworkPolicy lets in whom it may serve."
  }
}

run "two_brokers" {
  command = plan
  assert {
    condition     = output.replication == 2
    error_message = "Two copies."
  }
  assert {
    condition     = strcontains(aws_msk_configuration.this[0].server_properties, "min.insync.replicas=1")
    error_message = "One of two may be away."
  }
}

run "three_brokers" {
  command = plan
  variables {
    brokers = 3
  }
  assert {
    condition     = output.replication == 3
    error_message = "Three copies."
  }
  assert {
    condition     = strcontains(aws_msk_configuration.this[0].server_properties, "min.insync.replicas=2")
    error_message = "One of three may be away, and nothing acknowledged is lost."
  }
  assert {
    condition     = strcontains(aws_msk_configuration.this[0].server_properties, "auto.create.topics.enable=false")
    error_message = "Only migrate makes topics."
  }
}

run "nobody_without_iam_and_tls" {
  command = plan
  assert {
    condition     = aws_msk_cluster.this[0].client_authentication[0].unauthenticated == false && aws_msk_cluster.this[0].encryption_info[0].encryption_in_transit[0].client_broker == "TLS"
    error_message = "IAM over TLS."
  }
}
