# What the manifests are told: scripts/platform-env writes it to deploy/clusters/<profile>/platform.env, one name=value
# on a line, and kustomize puts the values where they belong. An empty value says "this profile has none".
# Without a domain, and until public_url is set, PUBLIC_URL is a name that nobody can open: the services start with it.
# The role of dojob/notify-address is ROLE_ARN_DOJOB_NOTIFY_ADDRESS.
output "platform_env" {
  description = "Facts about AWS for deploy/clusters/<profile>/platform.env."
  value = merge({
    AWS_ACCOUNT_ID          = var.account_id
    AWS_REGION              = var.region
    CLUSTER_NAME            = local.name
    DOMAIN                  = var.domain == null ? "" : var.domain
    CERTIFICATE_ARN         = var.domain == null ? "" : aws_acm_certificate_validation.load_balancer[0].certificate_arn
    PUBLIC_URL              = var.domain != null ? "https://${var.domain}" : coalesce(var.public_url, "https://${local.name}")
    MAIL_FROM               = var.mail_from != null ? var.mail_from : var.domain == null ? "" : "두잡 <no-reply@${var.domain}>"
    OPERATOR_NAME           = try(var.operator.name, "")
    OPERATOR_ADDRESS        = try(var.operator.address, "")
    OPERATOR_CONTACT        = try(var.operator.contact, "")
    PRIVACY_OFFICER         = try(var.operator.privacy_officer, "")
    LOAD_BALANCER_NAME      = local.name
    PRIVATE_CIDRS           = join(",", local.foundation.network.private_cidrs)
    DATA_CIDRS              = join(",", local.foundation.network.data_cidrs)
    PRIVATE_SUBNET_IDS      = join(",", local.foundation.network.private_subnet_ids)
    VPC_ID                  = local.foundation.network.vpc_id
    REGISTRY                = "${var.account_id}.dkr.ecr.${var.region}.amazonaws.com/dojob"
    PARAMETER_PREFIX        = "/dojob/${var.profile}"
    DATABASE_HOST           = local.data.database.host
    KAFKA_BROKERS           = local.data.kafka.brokers
    KAFKA_SECURITY          = local.data.kafka.security
    KAFKA_REPLICATION       = tostring(local.data.kafka.replication)
    COGNITO_USER_POOL_ID    = local.data.identity.user_pool_id
    COGNITO_CLIENT_ID       = local.data.identity.client_id
    EMAIL_CONFIGURATION_SET = coalesce(local.data.email.configuration_set, "none") == "none" ? "" : local.data.email.configuration_set
    MEDIA_BUCKET            = local.data.media_bucket
    LOG_GROUP               = module.observability.log_group
    ALARM_TOPIC_ARN         = module.observability.topic_arn
    KARPENTER_QUEUE         = module.eks.karpenter_queue
    KARPENTER_NODE_ROLE     = module.eks.karpenter_node_role
    }, { for key, arn in module.workload_identity.role_arns :
    "ROLE_ARN_${upper(replace(replace(key, "/", "_"), "-", "_"))}" => arn
  })
}

output "cluster" {
  description = "Name and API address of the cluster, for `aws eks update-kubeconfig`."
  value = {
    name     = module.eks.name
    endpoint = module.eks.endpoint
  }
}

output "alarm_topic_arn" {
  description = "Where alarms go."
  value       = module.observability.topic_arn
}

output "load_balancer_name" {
  description = "The name that the Ingress gives the load balancer, so that the edge stack finds it."
  value       = local.name
}
