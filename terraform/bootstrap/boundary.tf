# The most that any role of a profile may do, whatever its own policies say. The workflows that apply a profile can make
# roles only with it, so they cannot make one that is mightier than they are: no users, no keys, no other accounts.
locals {
  bounded = [
    "acm", "autoscaling", "backup", "cloudwatch", "cognito-idp", "ec2", "ecr", "eks", "elasticloadbalancing", "kafka-cluster",
    "kms", "logs", "rds", "ses", "sqs", "ssm",
  ]
  # Resources whose ARN carries no account: images and snapshots that machines start from, our buckets.
  of_aws = [
    "arn:aws:ec2:*::image/*", "arn:aws:ec2:*::snapshot/*", "arn:aws:ssm:*::parameter/aws/service/*",
    "arn:aws:s3:::dojob-*-media-${var.account_id}", "arn:aws:s3:::dojob-*-media-${var.account_id}/*",
  ]
}

resource "aws_iam_policy" "boundary" {
  name        = "dojob-boundary"
  description = "Bounds every role that a profile makes"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "ThingsOfThisAccount"
        Effect   = "Allow"
        Action   = [for service in concat(local.bounded, ["eks-auth", "s3"]) : "${service}:*"]
        Resource = concat([for service in local.bounded : "arn:aws:${service}:*:${var.account_id}:*"], local.of_aws)
      },
      {
        Sid    = "QuestionsThatNameNoResource"
        Effect = "Allow"
        Action = concat([
          "acm:ListCertificates", "autoscaling:Describe*", "cloudwatch:GetMetricData", "cloudwatch:ListMetrics", "cloudwatch:PutMetricData",
          "ec2messages:*", "ecr:GetAuthorizationToken", "elasticloadbalancing:Describe*", "logs:DescribeLogGroups", "pricing:GetProducts",
          "ssmmessages:*", "sts:GetCallerIdentity", "tag:GetResources",
          "xray:GetSamplingRules", "xray:GetSamplingTargets", "xray:PutTelemetryRecords", "xray:PutTraceSegments",
          ], [for thing in [
            "AccountAttributes", "Addresses", "AvailabilityZones", "DhcpOptions", "Images", "InstanceStatus", "InstanceTopology", "InstanceTypeOfferings",
            "InstanceTypes", "Instances", "InternetGateways", "LaunchTemplateVersions", "LaunchTemplates", "NetworkInterfaces", "RouteTables",
            "SecurityGroups", "Snapshots", "SpotPriceHistory", "Subnets", "Tags", "VolumeStatus", "Volumes", "VolumesModifications", "Vpcs",
        ] : "ec2:Describe${thing}"])
        Resource = "*"
      },
      {
        Sid      = "OnlyInstanceProfilesAndServiceRoles"
        Effect   = "Allow"
        Action   = ["iam:AddRoleToInstanceProfile", "iam:CreateInstanceProfile", "iam:CreateServiceLinkedRole", "iam:DeleteInstanceProfile", "iam:GetInstanceProfile", "iam:GetRole", "iam:PassRole", "iam:RemoveRoleFromInstanceProfile", "iam:TagInstanceProfile"]
        Resource = ["arn:aws:iam::${var.account_id}:role/dojob-*", "arn:aws:iam::${var.account_id}:role/aws-service-role/*", "arn:aws:iam::${var.account_id}:instance-profile/dojob-*"]
      },
      {
        Sid      = "NeverTheStates"
        Effect   = "Deny"
        Action   = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:DeleteBucket", "s3:PutBucketPolicy"]
        Resource = ["arn:aws:s3:::${local.state_bucket}", "arn:aws:s3:::${local.state_bucket}/*"]
      },
      {
        Sid      = "NoKeyIsDestroyed"
        Effect   = "Deny"
        Action   = ["kms:ScheduleKeyDeletion", "kms:DisableKey", "kms:PutKeyPolicy"]
        Resource = "arn:aws:kms:*:${var.account_id}:key/*"
      },
    ]
  })
}
