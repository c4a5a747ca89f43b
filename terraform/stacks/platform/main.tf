# The third stack: the cluster and who may do what in it. It holds nothing that Git and the data stack cannot bring back.
data "terraform_remote_state" "foundation" {
  backend = local.upstream_backend
  config  = local.upstream["foundation"]
}

data "terraform_remote_state" "data" {
  backend = local.upstream_backend
  config  = local.upstream["data"]
}

locals {
  foundation = data.terraform_remote_state.foundation.outputs
  data       = data.terraform_remote_state.data.outputs
}

module "eks" {
  source               = "../../modules/eks"
  name                 = local.name
  account_id           = var.account_id
  region               = var.region
  kubernetes_version   = var.cluster.version
  vpc_id               = local.foundation.network.vpc_id
  subnet_ids           = local.foundation.network.private_subnet_ids
  private_cidrs        = local.foundation.network.private_cidrs
  key_arn              = local.foundation.key_arn
  administrators       = var.administrators
  instance_types       = var.cluster.instance_types
  capacity             = var.cluster.capacity
  nodes                = var.cluster.nodes
  nodes_max            = var.cluster.nodes_max
  disk_gb              = var.cluster.disk_gb
  karpenter            = var.cluster.karpenter
  permissions_boundary = local.permissions_boundary
}

module "workload_identity" {
  source               = "../../modules/workload-identity"
  name                 = local.name
  profile              = var.profile
  account_id           = var.account_id
  region               = var.region
  oidc_provider_arn    = module.eks.oidc_provider_arn
  oidc_issuer          = module.eks.oidc_issuer
  key_arn              = local.foundation.key_arn
  kafka_cluster_arn    = local.data.kafka.cluster_arn
  media_bucket_arn     = "arn:aws:s3:::${local.data.media_bucket}"
  user_pool_arn        = local.data.identity.user_pool_arn
  email_identity_arn   = local.data.email.identity_arn
  vpc_id               = local.foundation.network.vpc_id
  karpenter            = var.cluster.karpenter
  permissions_boundary = local.permissions_boundary
  depends_on           = [module.eks]
}

# The load balancer shows it to CloudFront; without a domain there is none and the way inside AWS is plain HTTP.
resource "aws_acm_certificate" "load_balancer" {
  count             = var.domain == null ? 0 : 1
  domain_name       = var.domain
  validation_method = "DNS"
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_route53_record" "validation" {
  count           = var.domain == null ? 0 : 1
  zone_id         = local.foundation.zone_id
  allow_overwrite = true # CloudFront's certificate is proved by the same record
  name            = tolist(aws_acm_certificate.load_balancer[0].domain_validation_options)[0].resource_record_name
  type            = tolist(aws_acm_certificate.load_balancer[0].domain_validation_options)[0].resource_record_type
  records         = [tolist(aws_acm_certificate.load_balancer[0].domain_validation_options)[0].resource_record_value]
  ttl             = 300
}

resource "aws_acm_certificate_validation" "load_balancer" {
  count                   = var.domain == null ? 0 : 1
  certificate_arn         = aws_acm_certificate.load_balancer[0].arn
  validation_record_fqdns = [aws_route53_record.validation[0].fqdn]
}

module "observability" {
  source             = "../../modules/observability"
  name               = local.name
  account_id         = var.account_id
  region             = var.region
  key_arn            = local.foundation.key_arn
  alarm_email        = var.alarm_email
  database_id        = local.data.database.id
  kafka_cluster_name = local.data.kafka.cluster_name
}
