# The two controllers that make things in AWS by themselves. Both may change only what carries the cluster's tag.
locals {
  elb      = "arn:aws:elasticloadbalancing:${local.arn}"
  elb_made = { "aws:ResourceTag/elbv2.k8s.aws/cluster" = var.name }
  elb_make = { "aws:RequestTag/elbv2.k8s.aws/cluster" = var.name }

  load_balancer = [
    {
      Sid    = "Look"
      Effect = "Allow"
      Action = [
        "acm:ListCertificates",
        "ec2:DescribeAvailabilityZones", "ec2:DescribeInstances", "ec2:DescribeInternetGateways", "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeRouteTables", "ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeTags", "ec2:DescribeVpcs",
        "elasticloadbalancing:DescribeCapacityReservation", "elasticloadbalancing:DescribeListenerAttributes",
        "elasticloadbalancing:DescribeListenerCertificates", "elasticloadbalancing:DescribeListeners",
        "elasticloadbalancing:DescribeLoadBalancerAttributes", "elasticloadbalancing:DescribeLoadBalancers",
        "elasticloadbalancing:DescribeRules", "elasticloadbalancing:DescribeSSLPolicies", "elasticloadbalancing:DescribeTags",
        "elasticloadbalancing:DescribeTargetGroupAttributes", "elasticloadbalancing:DescribeTargetGroups",
        "elasticloadbalancing:DescribeTargetHealth", "elasticloadbalancing:DescribeTrustStores",
      ]
      Resource = "*"
    },
    { Sid = "Certificates", Effect = "Allow", Action = ["acm:DescribeCertificate"], Resource = "arn:aws:acm:${local.arn}:certificate/*" },
    { Sid = "GroupsOfTheVpc", Effect = "Allow", Action = ["ec2:GetSecurityGroupsForVpc"], Resource = "arn:aws:ec2:${local.arn}:vpc/${var.vpc_id}" },
    {
      Sid       = "MakeGroups"
      Effect    = "Allow"
      Action    = ["ec2:CreateSecurityGroup"]
      Resource  = "arn:aws:ec2:${local.arn}:security-group/*"
      Condition = { StringEquals = local.elb_make }
    },
    { Sid = "MakeGroupsInTheVpc", Effect = "Allow", Action = ["ec2:CreateSecurityGroup"], Resource = "arn:aws:ec2:${local.arn}:vpc/${var.vpc_id}" },
    {
      Sid       = "TagGroups"
      Effect    = "Allow"
      Action    = ["ec2:CreateTags"]
      Resource  = "arn:aws:ec2:${local.arn}:security-group/*"
      Condition = { StringEquals = merge(local.elb_make, { "ec2:CreateAction" = "CreateSecurityGroup" }) }
    },
    {
      Sid       = "OwnGroups"
      Effect    = "Allow"
      Action    = ["ec2:CreateTags", "ec2:DeleteTags", "ec2:DeleteSecurityGroup", "ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress"]
      Resource  = "arn:aws:ec2:${local.arn}:security-group/*"
      Condition = { StringEquals = local.elb_made }
    },
    {
      Sid       = "NodesGroup"
      Effect    = "Allow"
      Action    = ["ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress"]
      Resource  = "arn:aws:ec2:${local.arn}:security-group/*"
      Condition = { StringEquals = { "aws:ResourceTag/aws:eks:cluster-name" = var.name } }
    },
    {
      Sid       = "Make"
      Effect    = "Allow"
      Action    = ["elasticloadbalancing:CreateLoadBalancer", "elasticloadbalancing:CreateTargetGroup"]
      Resource  = ["${local.elb}:loadbalancer/app/*/*", "${local.elb}:targetgroup/*/*"]
      Condition = { StringEquals = local.elb_make }
    },
    {
      Sid    = "Own"
      Effect = "Allow"
      Action = [
        "elasticloadbalancing:AddTags", "elasticloadbalancing:RemoveTags",
        "elasticloadbalancing:CreateListener", "elasticloadbalancing:DeleteListener", "elasticloadbalancing:ModifyListener",
        "elasticloadbalancing:ModifyListenerAttributes", "elasticloadbalancing:AddListenerCertificates", "elasticloadbalancing:RemoveListenerCertificates",
        "elasticloadbalancing:CreateRule", "elasticloadbalancing:DeleteRule", "elasticloadbalancing:ModifyRule", "elasticloadbalancing:SetRulePriorities",
        "elasticloadbalancing:DeleteLoadBalancer", "elasticloadbalancing:ModifyLoadBalancerAttributes", "elasticloadbalancing:SetIpAddressType",
        "elasticloadbalancing:SetSecurityGroups", "elasticloadbalancing:SetSubnets",
        "elasticloadbalancing:DeleteTargetGroup", "elasticloadbalancing:ModifyTargetGroup", "elasticloadbalancing:ModifyTargetGroupAttributes",
        "elasticloadbalancing:RegisterTargets", "elasticloadbalancing:DeregisterTargets",
      ]
      Resource = [
        "${local.elb}:loadbalancer/app/*/*", "${local.elb}:targetgroup/*/*",
        "${local.elb}:listener/app/*/*/*", "${local.elb}:listener-rule/app/*/*/*/*",
      ]
      Condition = { StringEquals = local.elb_made }
    },
    {
      Sid      = "TagWhatIsBeingMade"
      Effect   = "Allow"
      Action   = ["elasticloadbalancing:AddTags"]
      Resource = ["${local.elb}:loadbalancer/app/*/*", "${local.elb}:targetgroup/*/*", "${local.elb}:listener/app/*/*/*", "${local.elb}:listener-rule/app/*/*/*/*"]
      Condition = { StringEquals = merge(local.elb_make, {
        "elasticloadbalancing:CreateAction" = ["CreateLoadBalancer", "CreateTargetGroup", "CreateListener", "CreateRule"]
      }) }
    },
  ]

  ec2_owned = { "aws:ResourceTag/kubernetes.io/cluster/${var.name}" = "owned" }
  ec2_make  = { "aws:RequestTag/kubernetes.io/cluster/${var.name}" = "owned" }

  karpenter = [
    {
      Sid      = "Look"
      Effect   = "Allow"
      Action   = ["ec2:DescribeAvailabilityZones", "ec2:DescribeImages", "ec2:DescribeInstances", "ec2:DescribeInstanceTypeOfferings", "ec2:DescribeInstanceTypes", "ec2:DescribeLaunchTemplates", "ec2:DescribeSecurityGroups", "ec2:DescribeSpotPriceHistory", "ec2:DescribeSubnets", "pricing:GetProducts"]
      Resource = "*"
    },
    {
      Sid    = "StartFrom"
      Effect = "Allow"
      Action = ["ec2:RunInstances", "ec2:CreateFleet"]
      Resource = [
        "arn:aws:ec2:${var.region}::image/*", "arn:aws:ec2:${var.region}::snapshot/*",
        "arn:aws:ec2:${local.arn}:security-group/*", "arn:aws:ec2:${local.arn}:subnet/*",
      ]
    },
    {
      Sid       = "StartFromOwnTemplate"
      Effect    = "Allow"
      Action    = ["ec2:RunInstances", "ec2:CreateFleet"]
      Resource  = "arn:aws:ec2:${local.arn}:launch-template/*"
      Condition = { StringEquals = local.ec2_owned }
    },
    {
      Sid       = "Start"
      Effect    = "Allow"
      Action    = ["ec2:RunInstances", "ec2:CreateFleet", "ec2:CreateLaunchTemplate"]
      Resource  = [for kind in ["fleet", "instance", "volume", "network-interface", "launch-template", "spot-instances-request"] : "arn:aws:ec2:${local.arn}:${kind}/*"]
      Condition = { StringEquals = local.ec2_make }
    },
    {
      Sid       = "Tag"
      Effect    = "Allow"
      Action    = ["ec2:CreateTags"]
      Resource  = [for kind in ["fleet", "instance", "volume", "network-interface", "launch-template", "spot-instances-request"] : "arn:aws:ec2:${local.arn}:${kind}/*"]
      Condition = { StringEquals = merge(local.ec2_make, { "ec2:CreateAction" = ["RunInstances", "CreateFleet", "CreateLaunchTemplate"] }) }
    },
    {
      Sid       = "OwnAndEnd"
      Effect    = "Allow"
      Action    = ["ec2:TerminateInstances", "ec2:DeleteLaunchTemplate", "ec2:CreateTags"]
      Resource  = ["arn:aws:ec2:${local.arn}:instance/*", "arn:aws:ec2:${local.arn}:launch-template/*"]
      Condition = { StringEquals = local.ec2_owned }
    },
    { Sid = "Interruptions", Effect = "Allow", Action = ["sqs:DeleteMessage", "sqs:GetQueueUrl", "sqs:ReceiveMessage"], Resource = "arn:aws:sqs:${local.arn}:${var.name}-interruptions" },
    { Sid = "KeyOfInterruptions", Effect = "Allow", Action = ["kms:Decrypt"], Resource = var.key_arn, Condition = { StringEquals = { "kms:ViaService" = "sqs.${var.region}.amazonaws.com" } } },
    { Sid = "Images", Effect = "Allow", Action = ["ssm:GetParameter"], Resource = "arn:aws:ssm:${var.region}::parameter/aws/service/*" },
    { Sid = "Cluster", Effect = "Allow", Action = ["eks:DescribeCluster"], Resource = "arn:aws:eks:${local.arn}:cluster/${var.name}" },
    { Sid = "RoleOfNodes", Effect = "Allow", Action = ["iam:PassRole"], Resource = "arn:aws:iam::${var.account_id}:role/${var.name}-karpenter-node", Condition = { StringEquals = { "iam:PassedToService" = "ec2.amazonaws.com" } } },
    {
      Sid      = "InstanceProfiles"
      Effect   = "Allow"
      Action   = ["iam:AddRoleToInstanceProfile", "iam:CreateInstanceProfile", "iam:DeleteInstanceProfile", "iam:GetInstanceProfile", "iam:RemoveRoleFromInstanceProfile", "iam:TagInstanceProfile"]
      Resource = "arn:aws:iam::${var.account_id}:instance-profile/${var.name}_*"
    },
  ]
}
