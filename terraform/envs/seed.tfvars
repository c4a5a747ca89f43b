# The first thousand neighbours, for less than $150 a month: nothing that costs by the hour and can be gone without.
profile = "seed"

network = {
  cidr   = "10.20.0.0/16"
  zones  = ["ap-northeast-2a", "ap-northeast-2c"]
  egress = "nat_instance"
}

cluster = {
  version        = "1.35"
  instance_types = ["t4g.medium", "c7g.large", "m7g.medium"]
  capacity       = "SPOT"
  nodes          = 2
  nodes_max      = 4
  disk_gb        = 20
  karpenter      = false
}

database = {
  instance_class = "db.t4g.micro"
  multi_az       = false
  storage_gb     = 20
  storage_max_gb = 50
  backup_days    = 7
}

kafka = { mode = "none" }

web_acl          = false
threat_detection = false
budget_usd       = 150
