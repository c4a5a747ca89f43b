# The most that any role of a profile may do, whatever its own policies say. The workflows that apply a profile can make
# roles only with it, so they cannot make one that is mightier than they are: no users, no keys, no other accounts.
resource "aws_iam_policy" "boundary" {
  name        = "dojob-boundary"
  description = "Bounds every role that a profile makes"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "WhatWorkloadsUse"
        Effect = "Allow"
        Action = [
          "acm:*", "autoscaling:*", "backup:*", "cloudwatch:*", "cognito-idp:*", "ec2:*", "ec2messages:*", "ecr:*",
          "eks:*", "eks-auth:*", "elasticloadbalancing:*", "kafka-cluster:*", "kms:*", "logs:*", "pricing:*", "rds:*",
          "s3:*", "ses:*", "sqs:*", "ssm:*", "ssmmessages:*", "sts:*", "tag:*", "xray:*",
        ]
        Resource = "*"
      },
      {
        Sid      = "OnlyInstanceProfilesAndServiceRoles"
        Effect   = "Allow"
        Action   = ["iam:AddRoleToInstanceProfile", "iam:CreateInstanceProfile", "iam:CreateServiceLinkedRole", "iam:DeleteInstanceProfile", "iam:GetInstanceProfile", "iam:GetRole", "iam:PassRole", "iam:RemoveRoleFromInstanceProfile", "iam:TagInstanceProfile"]
        Resource = ["arn:aws:iam::${var.account_id}:role/dojob-*", "arn:aws:iam::${var.account_id}:role/aws-service-role/*", "arn:aws:iam::${var.account_id}:instance-profile/dojob-*"]
      },
      {
        Sid      = "NeverTheStatesOrTheKeysThemselves"
        Effect   = "Deny"
        Action   = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:DeleteBucket", "s3:PutBucketPolicy"]
        Resource = ["arn:aws:s3:::${local.state_bucket}", "arn:aws:s3:::${local.state_bucket}/*"]
      },
      {
        Sid      = "NoKeyIsDestroyed"
        Effect   = "Deny"
        Action   = ["kms:ScheduleKeyDeletion", "kms:DisableKey", "kms:PutKeyPolicy"]
        Resource = "*"
      },
    ]
  })
}
