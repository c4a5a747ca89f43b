# What the grants of workloads.json allow. Every resource is named; where AWS has no resource to name, a condition or
# the list at the end of docs/SECURITY-EXCEPTIONS.md says why.
locals {
  arn = "${var.region}:${var.account_id}"

  # arn:aws:kafka:<region>:<account>:cluster/<name>/<uuid>: topics and groups are named after it. A topic is called
  # dojob.<service>.<context>.v1, a group <service>/<context> (contracts/services).
  kafka_path = var.kafka_cluster_arn == null ? "" : element(split(":cluster/", var.kafka_cluster_arn), 1)
  kafka = {
    cluster = "arn:aws:kafka:${local.arn}:cluster/${local.kafka_path}"
    topic   = "arn:aws:kafka:${local.arn}:topic/${local.kafka_path}/dojob.*"
  }
  kafka_groups = [for database in local.file.databases : "arn:aws:kafka:${local.arn}:group/${local.kafka_path}/${database.service}/*"]
  kafka_grants = {
    kafka = [
      { Sid = "Connect", Effect = "Allow", Action = ["kafka-cluster:Connect", "kafka-cluster:DescribeCluster", "kafka-cluster:WriteDataIdempotently"], Resource = local.kafka.cluster },
      { Sid = "Events", Effect = "Allow", Action = ["kafka-cluster:DescribeTopic", "kafka-cluster:ReadData", "kafka-cluster:WriteData"], Resource = local.kafka.topic },
      { Sid = "Groups", Effect = "Allow", Action = ["kafka-cluster:AlterGroup", "kafka-cluster:DescribeGroup"], Resource = local.kafka_groups },
    ]
    kafka-topics = [
      { Sid = "Connect", Effect = "Allow", Action = ["kafka-cluster:Connect", "kafka-cluster:DescribeCluster"], Resource = local.kafka.cluster },
      { Sid = "Topics", Effect = "Allow", Action = ["kafka-cluster:AlterTopic", "kafka-cluster:AlterTopicDynamicConfiguration", "kafka-cluster:CreateTopic", "kafka-cluster:DescribeTopic", "kafka-cluster:DescribeTopicDynamicConfiguration"], Resource = local.kafka.topic },
    ]
    kafka-lag = [
      { Sid = "Connect", Effect = "Allow", Action = ["kafka-cluster:Connect", "kafka-cluster:DescribeCluster"], Resource = local.kafka.cluster },
      { Sid = "Lag", Effect = "Allow", Action = ["kafka-cluster:DescribeTopic", "kafka-cluster:DescribeGroup"], Resource = concat([local.kafka.topic], local.kafka_groups) },
    ]
  }

  grants = merge({ for name, statements in local.kafka_grants : name => [for statement in statements : statement if var.kafka_cluster_arn != null] }, {
    media = [
      { Sid = "Uploads", Effect = "Allow", Action = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], Resource = "${var.media_bucket_arn}/*" },
      { Sid = "KeyOfUploads", Effect = "Allow", Action = ["kms:Decrypt", "kms:GenerateDataKey"], Resource = var.key_arn, Condition = { StringEquals = { "kms:ViaService" = "s3.${var.region}.amazonaws.com" } } },
    ]

    # Never AdminGetUser in a loop: every look-up makes its user one of the month's, and those are what Cognito bills.
    cognito = [{
      Sid    = "Accounts"
      Effect = "Allow"
      Action = [
        "cognito-idp:AdminCreateUser", "cognito-idp:AdminDeleteUser", "cognito-idp:AdminDisableUser", "cognito-idp:AdminEnableUser",
        "cognito-idp:AdminInitiateAuth", "cognito-idp:AdminRespondToAuthChallenge", "cognito-idp:AdminSetUserPassword",
        "cognito-idp:AdminUpdateUserAttributes", "cognito-idp:AdminUserGlobalSignOut",
      ]
      Resource = var.user_pool_arn
    }]

    email = [for identity in var.email_identity_arn == null ? [] : [var.email_identity_arn] : {
      Sid      = "Notices"
      Effect   = "Allow"
      Action   = ["ses:SendEmail", "ses:SendBulkEmail"]
      Resource = [identity, "arn:aws:ses:${local.arn}:configuration-set/${var.name}", "arn:aws:ses:${local.arn}:template/dojob*"]
    }]

    parameters = [
      { Sid = "Parameters", Effect = "Allow", Action = ["ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath"], Resource = "arn:aws:ssm:${local.arn}:parameter/dojob/${var.profile}/*" },
      { Sid = "KeyOfParameters", Effect = "Allow", Action = ["kms:Decrypt"], Resource = var.key_arn, Condition = { StringEquals = { "kms:ViaService" = "ssm.${var.region}.amazonaws.com" } } },
    ]

    telemetry = [
      { Sid = "Logs", Effect = "Allow", Action = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"], Resource = "arn:aws:logs:${local.arn}:log-group:/dojob/${var.name}/*" },
      { Sid = "Traces", Effect = "Allow", Action = ["xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules", "xray:GetSamplingTargets"], Resource = "*" },
    ]

    volumes = [
      { Sid = "Look", Effect = "Allow", Action = ["ec2:DescribeAvailabilityZones", "ec2:DescribeInstances", "ec2:DescribeSnapshots", "ec2:DescribeTags", "ec2:DescribeVolumes", "ec2:DescribeVolumesModifications", "ec2:DescribeVolumeStatus"], Resource = "*" },
      { Sid = "Make", Effect = "Allow", Action = ["ec2:CreateVolume"], Resource = "arn:aws:ec2:${local.arn}:volume/*", Condition = { StringEquals = { "aws:RequestTag/ebs.csi.aws.com/cluster" = "true" } } },
      { Sid = "Tag", Effect = "Allow", Action = ["ec2:CreateTags"], Resource = "arn:aws:ec2:${local.arn}:volume/*", Condition = { StringEquals = { "ec2:CreateAction" = "CreateVolume" } } },
      { Sid = "Attach", Effect = "Allow", Action = ["ec2:AttachVolume", "ec2:DetachVolume"], Resource = "arn:aws:ec2:${local.arn}:instance/*", Condition = { StringEquals = { "aws:ResourceTag/kubernetes.io/cluster/${var.name}" = "owned" } } },
      { Sid = "Own", Effect = "Allow", Action = ["ec2:AttachVolume", "ec2:DetachVolume", "ec2:ModifyVolume", "ec2:DeleteVolume"], Resource = "arn:aws:ec2:${local.arn}:volume/*", Condition = { StringEquals = { "aws:ResourceTag/ebs.csi.aws.com/cluster" = "true" } } },
      { Sid = "Key", Effect = "Allow", Action = ["kms:Decrypt", "kms:GenerateDataKeyWithoutPlaintext", "kms:CreateGrant"], Resource = var.key_arn, Condition = { StringEquals = { "kms:ViaService" = "ec2.${var.region}.amazonaws.com" } } },
    ]

    load-balancer = local.load_balancer
    karpenter     = local.karpenter
  })
}
