# Every validation of stacks/profile.tf refuses what it is there for. scripts/infra/tests runs this with the profile seed,
# so that one value is wrong at a time.

run "an_account_of_zeros" {
  command = plan
  variables {
    account_id = "000000000000"
  }
  expect_failures = [var.account_id]
}

run "an_account_with_dashes" {
  command = plan
  variables {
    account_id = "1234-5678-9012"
  }
  expect_failures = [var.account_id]
}

run "a_region_by_its_city" {
  command = plan
  variables {
    region = "Seoul"
  }
  expect_failures = [var.region]
}

run "a_state_bucket_with_a_scheme" {
  command = plan
  variables {
    state_bucket = "s3://dojob-state"
  }
  expect_failures = [var.state_bucket]
}

run "a_domain_with_https" {
  command = plan
  variables {
    domain = "https://dojob.example"
  }
  expect_failures = [var.domain]
}

run "a_domain_in_capitals" {
  command = plan
  variables {
    domain = "Dojob.Example"
  }
  expect_failures = [var.domain]
}

run "a_domain_that_is_empty" {
  command = plan
  variables {
    domain = ""
  }
  expect_failures = [var.domain]
}

run "a_public_url_beside_a_domain" {
  command = plan
  variables {
    public_url = "https://d111111abcdef8.cloudfront.net"
  }
  expect_failures = [var.public_url]
}

run "a_public_url_with_a_slash" {
  command = plan
  variables {
    domain     = null
    public_url = "https://d111111abcdef8.cloudfront.net/"
  }
  expect_failures = [var.public_url]
}

run "a_sender_without_an_address" {
  command = plan
  variables {
    mail_from = "dojob"
  }
  expect_failures = [var.mail_from]
}

run "an_operator_without_an_address" {
  command = plan
  variables {
    operator = { name = "두잡 운영자", address = "", contact = "02-000-0000", privacy_officer = "홍길동" }
  }
  expect_failures = [var.operator]
}

run "an_alarm_address_without_at" {
  command = plan
  variables {
    alarm_email = "nobody"
  }
  expect_failures = [var.alarm_email]
}

run "a_repository_as_a_url" {
  command = plan
  variables {
    github = { repository = "https://github.com/dojob/dojob", repository_id = "1" }
  }
  expect_failures = [var.github]
}

run "a_repository_id_that_is_a_name" {
  command = plan
  variables {
    github = { repository = "dojob/dojob", repository_id = "dojob" }
  }
  expect_failures = [var.github]
}

run "an_administrator_who_is_a_user" {
  command = plan
  variables {
    administrators = ["arn:aws:iam::123456789012:user/kim"]
  }
  expect_failures = [var.administrators]
}

run "a_profile_of_another_name" {
  command = plan
  variables {
    profile = "production"
  }
  expect_failures = [var.profile]
}

run "a_network_that_is_no_range" {
  command = plan
  variables {
    network = { cidr = "10.20.0.0", zones = ["ap-northeast-2a", "ap-northeast-2c"], egress = "nat_instance" }
  }
  expect_failures = [var.network]
}

run "a_network_that_is_too_small" {
  command = plan
  variables {
    network = { cidr = "10.20.0.0/24", zones = ["ap-northeast-2a", "ap-northeast-2c"], egress = "nat_instance" }
  }
  expect_failures = [var.network]
}

run "a_network_of_public_addresses" {
  command = plan
  variables {
    network = { cidr = "8.8.0.0/16", zones = ["ap-northeast-2a", "ap-northeast-2c"], egress = "nat_instance" }
  }
  expect_failures = [var.network]
}

run "one_zone" {
  command = plan
  variables {
    network = { cidr = "10.20.0.0/16", zones = ["ap-northeast-2a"], egress = "nat_instance" }
  }
  expect_failures = [var.network]
}

run "four_zones" {
  command = plan
  variables {
    network = { cidr = "10.20.0.0/16", zones = ["ap-northeast-2a", "ap-northeast-2b", "ap-northeast-2c", "ap-northeast-2d"], egress = "nat_instance" }
  }
  expect_failures = [var.network]
}

run "a_zone_of_another_region" {
  command = plan
  variables {
    network = { cidr = "10.20.0.0/16", zones = ["ap-northeast-2a", "us-east-1a"], egress = "nat_instance" }
  }
  expect_failures = [var.network]
}

run "a_zone_twice" {
  command = plan
  variables {
    network = { cidr = "10.20.0.0/16", zones = ["ap-northeast-2a", "ap-northeast-2a"], egress = "nat_instance" }
  }
  expect_failures = [var.network]
}

run "egress_by_a_word_we_do_not_know" {
  command = plan
  variables {
    network = { cidr = "10.20.0.0/16", zones = ["ap-northeast-2a", "ap-northeast-2c"], egress = "internet" }
  }
  expect_failures = [var.network]
}

run "a_kubernetes_without_standard_support" {
  command = plan
  variables {
    cluster = { version = "1.30", instance_types = ["t4g.medium"], capacity = "SPOT", nodes = 2, nodes_max = 4, disk_gb = 25, karpenter = false }
  }
  expect_failures = [var.cluster]
}

run "nodes_that_are_not_arm" {
  command = plan
  variables {
    cluster = { version = "1.35", instance_types = ["m7i.large"], capacity = "SPOT", nodes = 2, nodes_max = 4, disk_gb = 25, karpenter = false }
  }
  expect_failures = [var.cluster]
}

run "no_type_of_node" {
  command = plan
  variables {
    cluster = { version = "1.35", instance_types = [], capacity = "SPOT", nodes = 2, nodes_max = 4, disk_gb = 25, karpenter = false }
  }
  expect_failures = [var.cluster]
}

run "capacity_in_small_letters" {
  command = plan
  variables {
    cluster = { version = "1.35", instance_types = ["t4g.medium"], capacity = "spot", nodes = 2, nodes_max = 4, disk_gb = 25, karpenter = false }
  }
  expect_failures = [var.cluster]
}

run "one_node" {
  command = plan
  variables {
    cluster = { version = "1.35", instance_types = ["t4g.medium"], capacity = "SPOT", nodes = 1, nodes_max = 4, disk_gb = 25, karpenter = false }
  }
  expect_failures = [var.cluster]
}

run "fewer_nodes_at_most_than_at_least" {
  command = plan
  variables {
    cluster = { version = "1.35", instance_types = ["t4g.medium"], capacity = "SPOT", nodes = 3, nodes_max = 2, disk_gb = 25, karpenter = false }
  }
  expect_failures = [var.cluster]
}

run "a_disk_that_images_do_not_fit_on" {
  command = plan
  variables {
    cluster = { version = "1.35", instance_types = ["t4g.medium"], capacity = "SPOT", nodes = 2, nodes_max = 4, disk_gb = 8, karpenter = false }
  }
  expect_failures = [var.cluster]
}

run "a_database_class_without_db" {
  command = plan
  variables {
    database = { instance_class = "t4g.micro", multi_az = false, storage_gb = 20, storage_max_gb = 50, backup_days = 7 }
  }
  expect_failures = [var.database]
}

run "a_database_that_cannot_grow" {
  command = plan
  variables {
    database = { instance_class = "db.t4g.micro", multi_az = false, storage_gb = 20, storage_max_gb = 20, backup_days = 7 }
  }
  expect_failures = [var.database]
}

run "backups_of_a_day" {
  command = plan
  variables {
    database = { instance_class = "db.t4g.micro", multi_az = false, storage_gb = 20, storage_max_gb = 50, backup_days = 1 }
  }
  expect_failures = [var.database]
}

run "kafka_by_a_word_we_do_not_know" {
  command = plan
  variables {
    kafka = { mode = "serverless" }
  }
  expect_failures = [var.kafka]
}

run "msk_without_a_type" {
  command = plan
  variables {
    kafka = { mode = "msk", brokers = 2, storage_gb = 20 }
  }
  expect_failures = [var.kafka]
}

run "brokers_that_do_not_fit_the_zones" {
  command = plan
  variables {
    kafka = { mode = "msk", instance_type = "kafka.t3.small", brokers = 3, storage_gb = 20 }
  }
  expect_failures = [var.kafka]
}

run "brokers_without_a_disk" {
  command = plan
  variables {
    kafka = { mode = "msk", instance_type = "kafka.t3.small", brokers = 2 }
  }
  expect_failures = [var.kafka]
}

run "a_tier_in_small_letters" {
  command = plan
  variables {
    user_pool_tier = "lite"
  }
  expect_failures = [var.user_pool_tier]
}

run "a_second_region_that_is_the_first" {
  command = plan
  variables {
    backup_region = "ap-northeast-2"
  }
  expect_failures = [var.backup_region]
}

run "a_budget_of_nothing" {
  command = plan
  variables {
    budget_usd = 0
  }
  expect_failures = [var.budget_usd]
}
