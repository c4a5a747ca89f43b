# Amazon MSK, or nothing. Clients prove who they are by IAM (SASL over TLS); there is no password to keep.
locals {
  count       = var.mode == "msk" ? 1 : 0
  replication = var.mode == "msk" ? min(3, var.brokers) : 1
}

resource "aws_security_group" "this" {
  count       = local.count
  name        = "${var.name}-kafka"
  description = "Kafka with IAM, from the private subnets alone"
  vpc_id      = var.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "this" {
  count             = local.count * length(var.client_cidrs)
  security_group_id = aws_security_group.this[0].id
  description       = "Kafka with IAM from a private subnet"
  cidr_ipv4         = var.client_cidrs[count.index]
  ip_protocol       = "tcp"
  from_port         = 9098
  to_port           = 9098
}

# Brokers and controllers among themselves.
resource "aws_vpc_security_group_ingress_rule" "brokers" {
  count                        = local.count
  security_group_id            = aws_security_group.this[0].id
  description                  = "Brokers among themselves"
  referenced_security_group_id = aws_security_group.this[0].id
  ip_protocol                  = "-1"
}

resource "aws_msk_configuration" "this" {
  count          = local.count
  name           = var.name
  kafka_versions = ["3.9.x.kraft"]

  # `migrate` makes the topics. A topic that a typing mistake made would be one that nobody reads.
  # With three copies one broker may be away and nothing that was acknowledged is lost; with two, none may.
  server_properties = <<-PROPERTIES
    auto.create.topics.enable=false
    delete.topic.enable=true
    default.replication.factor=${local.replication}
    min.insync.replicas=${max(1, local.replication - 1)}
    unclean.leader.election.enable=false
    offsets.topic.replication.factor=${local.replication}
  PROPERTIES

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_cloudwatch_log_group" "this" {
  count             = local.count
  name              = "/dojob/${var.name}/kafka"
  retention_in_days = 365
  kms_key_id        = var.key_arn
}

resource "aws_msk_cluster" "this" {
  count                  = local.count
  cluster_name           = var.name
  kafka_version          = "3.9.x.kraft"
  number_of_broker_nodes = var.brokers
  enhanced_monitoring    = "PER_BROKER"

  broker_node_group_info {
    instance_type   = var.instance_type
    client_subnets  = var.subnet_ids
    security_groups = [aws_security_group.this[0].id]

    storage_info {
      ebs_storage_info {
        volume_size = var.storage_gb
      }
    }

    connectivity_info {
      public_access {
        type = "DISABLED"
      }
    }
  }

  client_authentication {
    unauthenticated = false
    sasl {
      iam   = true
      scram = false
    }
  }

  encryption_info {
    encryption_at_rest_kms_key_arn = var.key_arn
    encryption_in_transit {
      client_broker = "TLS"
      in_cluster    = true
    }
  }

  configuration_info {
    arn      = aws_msk_configuration.this[0].arn
    revision = aws_msk_configuration.this[0].latest_revision
  }

  logging_info {
    broker_logs {
      cloudwatch_logs {
        enabled   = true
        log_group = aws_cloudwatch_log_group.this[0].name
      }
    }
  }

  # Consumer lag and disk are watched by Prometheus, too.
  open_monitoring {
    prometheus {
      jmx_exporter {
        enabled_in_broker = true
      }
      node_exporter {
        enabled_in_broker = true
      }
    }
  }
}
