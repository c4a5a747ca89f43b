# Add-ons of EKS. Network and identity must be there before the first node; what runs as pods comes after it.
locals {
  before_nodes = {
    vpc-cni = jsonencode({
      enableNetworkPolicy = "true"
      env = {
        # Sixteen addresses at a time: a t4g.medium then takes 110 pods, not 17.
        ENABLE_PREFIX_DELEGATION = "true"
        WARM_PREFIX_TARGET       = "1"
      }
    })
    kube-proxy             = null
    eks-pod-identity-agent = null
  }
  after_nodes = ["coredns", "aws-ebs-csi-driver", "metrics-server"]
}

data "aws_eks_addon_version" "this" {
  for_each           = toset(concat(keys(local.before_nodes), local.after_nodes))
  addon_name         = each.key
  kubernetes_version = aws_eks_cluster.this.version
}

resource "aws_eks_addon" "before_nodes" {
  for_each                    = local.before_nodes
  cluster_name                = aws_eks_cluster.this.name
  addon_name                  = each.key
  addon_version               = data.aws_eks_addon_version.this[each.key].version
  configuration_values        = each.value
  resolve_conflicts_on_create = "OVERWRITE"
  resolve_conflicts_on_update = "OVERWRITE"
}

resource "aws_eks_addon" "after_nodes" {
  for_each                    = toset(local.after_nodes)
  cluster_name                = aws_eks_cluster.this.name
  addon_name                  = each.key
  addon_version               = data.aws_eks_addon_version.this[each.key].version
  resolve_conflicts_on_create = "OVERWRITE"
  resolve_conflicts_on_update = "OVERWRITE"
  depends_on                  = [aws_eks_node_group.system]
}
