# What Karpenter needs of AWS: the queue in which EC2 announces that it takes a Spot machine back, and the right of the
# nodes' role to join. Karpenter itself and its NodePools are deploy/'s.
locals {
  interruptions = !var.karpenter ? {} : {
    spot      = { source = "aws.ec2", detail = "EC2 Spot Instance Interruption Warning" }
    rebalance = { source = "aws.ec2", detail = "EC2 Instance Rebalance Recommendation" }
    state     = { source = "aws.ec2", detail = "EC2 Instance State-change Notification" }
    health    = { source = "aws.health", detail = "AWS Health Event" }
  }
}

resource "aws_sqs_queue" "interruptions" {
  count                     = var.karpenter ? 1 : 0
  name                      = "${var.name}-interruptions"
  message_retention_seconds = 300
  kms_master_key_id         = var.key_arn
}

resource "aws_sqs_queue_policy" "interruptions" {
  count     = var.karpenter ? 1 : 0
  queue_url = aws_sqs_queue.interruptions[0].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Announcements"
      Effect    = "Allow"
      Principal = { Service = ["events.amazonaws.com"] }
      Action    = "sqs:SendMessage"
      Resource  = "arn:aws:sqs:${var.region}:${var.account_id}:${var.name}-interruptions"
      Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } }
    }]
  })
}

resource "aws_cloudwatch_event_rule" "interruptions" {
  for_each      = local.interruptions
  name          = "${var.name}-${each.key}"
  description   = each.value.detail
  event_pattern = jsonencode({ source = [each.value.source], "detail-type" = [each.value.detail] })
}

resource "aws_cloudwatch_event_target" "interruptions" {
  for_each = local.interruptions
  rule     = aws_cloudwatch_event_rule.interruptions[each.key].name
  arn      = aws_sqs_queue.interruptions[0].arn
}

resource "aws_eks_access_entry" "karpenter_nodes" {
  count         = var.karpenter ? 1 : 0
  cluster_name  = aws_eks_cluster.this.name
  principal_arn = aws_iam_role.karpenter_node[0].arn
  type          = "EC2_LINUX"
}

# A role of its own: EKS made the entry of the managed nodes' role, and two cannot share one.
resource "aws_iam_role" "karpenter_node" {
  count                = var.karpenter ? 1 : 0
  name                 = "${var.name}-karpenter-node"
  permissions_boundary = var.permissions_boundary
  assume_role_policy   = aws_iam_role.node.assume_role_policy
}

resource "aws_iam_role_policy_attachment" "karpenter_node" {
  for_each   = var.karpenter ? aws_iam_role_policy_attachment.node : {}
  role       = aws_iam_role.karpenter_node[0].name
  policy_arn = each.value.policy_arn
}
