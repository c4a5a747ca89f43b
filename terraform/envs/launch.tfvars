# Open to everyone: a failing machine or zone of the database is not noticed, Kafka is AWS's.
profile = "launch"

network = {
  cidr   = "10.30.0.0/16"
  zones  = ["ap-northeast-2a", "ap-northeast-2c"]
  egress = "nat_gateway_single"
}

cluster = {
  version        = "1.35"
  instance_types = ["t4g.medium"]
  capacity       = "ON_DEMAND"
  nodes          = 2
  nodes_max      = 4
  disk_gb        = 30
  karpenter      = true
}

database = {
  instance_class = "db.t4g.small"
  multi_az       = true
  storage_gb     = 50
  storage_max_gb = 200
  backup_days    = 14
}

kafka = {
  mode          = "msk"
  instance_type = "kafka.t3.small"
  brokers       = 2
  storage_gb    = 20
}

web_acl          = true
threat_detection = true
budget_usd       = 520
