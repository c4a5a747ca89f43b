# A hundred thousand people a month, in three zones, with copies in a second region.
profile = "scale"

network = {
  cidr   = "10.40.0.0/16"
  zones  = ["ap-northeast-2a", "ap-northeast-2b", "ap-northeast-2c"]
  egress = "nat_gateway_per_zone"
}

cluster = {
  version        = "1.35"
  instance_types = ["m7g.large"]
  capacity       = "ON_DEMAND"
  nodes          = 3
  nodes_max      = 6
  disk_gb        = 50
  karpenter      = true
}

database = {
  instance_class = "db.r7g.large"
  multi_az       = true
  storage_gb     = 200
  storage_max_gb = 1000
  backup_days    = 35
}

kafka = {
  mode          = "msk"
  instance_type = "kafka.m7g.large"
  brokers       = 3
  storage_gb    = 100
}

web_acl          = true
threat_detection = true
backup_region    = "ap-northeast-1"
budget_usd       = 2700
