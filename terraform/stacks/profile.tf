# The settings of a profile, with what is allowed in them. Every stack links to this file, so one tfvars file
# (envs/<profile>.tfvars) and one file about your account (envs/account.tfvars) serve all four.

# --- Your account (and account.tf) ---

variable "state_bucket" {
  description = "The bucket that bootstrap/ made for the states. Null reads the states below from files beside them."
  type        = string
  default     = null
  validation {
    condition     = var.state_bucket == null ? true : can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.state_bucket))
    error_message = "state_bucket must be the output state_bucket of terraform/bootstrap, as in dojob-state-123456789012."
  }
}

variable "domain" {
  description = "The name that people type, or null: then CloudFront's own name serves, and SES sends nothing: mail_from and a mail server are yours."
  type        = string
  default     = null
  validation {
    condition     = var.domain == null ? true : can(regex("^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,}$", var.domain))
    error_message = "domain must be a host name in small letters without https:// and without a slash, as in dojob.example, or null."
  }
}

variable "public_url" {
  description = "Without a domain: the stack edge's output url, once it is known. Links in mails begin with it, and providers send people back to it."
  type        = string
  default     = null
  validation {
    condition     = var.public_url == null ? true : var.domain == null && can(regex("^https://[a-z0-9.-]+$", var.public_url))
    error_message = "public_url must be https:// and a host name without a slash at the end, as in https://d111111abcdef8.cloudfront.net; with a domain it must be null, as it follows from that."
  }
}

variable "mail_from" {
  description = "Who mails are from, or null: then no-reply of the domain. Without a domain it must be set before anything serves."
  type        = string
  default     = null
  validation {
    condition     = var.mail_from == null ? true : can(regex("^[^<>@\n]+ <[^<>@ \n]+@[^<>@ \n]+\\.[^<>@ \n]+>$", var.mail_from))
    error_message = "mail_from must be a name and an address, as in 두잡 <no-reply@dojob.example>."
  }
}

variable "operator" {
  description = "Who runs the service, as its legal texts say it: name, postal address, telephone and e-mail, and the privacy officer (개인정보 보호책임자). It must be set before anything serves."
  type        = object({ name = string, address = string, contact = string, privacy_officer = string })
  default     = null
  validation {
    condition     = var.operator == null ? true : alltrue([for text in values(var.operator) : can(regex("^[^\n]+$", text))])
    error_message = "operator must say a name, an address, a contact and a privacy officer, each in one line."
  }
}

variable "alarm_email" {
  description = "Who receives alarms, and notices of the budget and of unusual cost."
  type        = string
  validation {
    condition     = can(regex("^[^@ ]+@[^@ ]+\\.[^@ ]+$", var.alarm_email))
    error_message = "alarm_email must be one e-mail address, as in alarms@dojob.example."
  }
}

variable "administrators" {
  description = "ARNs of the IAM roles that people use on the cluster (kubectl)."
  type        = list(string)
  default     = []
  validation {
    condition     = alltrue([for arn in var.administrators : can(regex("^arn:aws:iam::[0-9]{12}:role/.+$", arn))])
    error_message = "administrators must be ARNs of IAM roles, as in arn:aws:iam::123456789012:role/admin; users and the root account are not accepted."
  }
}

# --- The profile ---

variable "profile" {
  description = "Which of the three sizes this is."
  type        = string
  validation {
    condition     = contains(["seed", "launch", "scale"], var.profile)
    error_message = "profile must be one of: seed, launch, scale; -var-file=../../envs/<profile>.tfvars sets it."
  }
}

variable "protected" {
  description = "Whether AWS refuses to delete what holds data. Set to false only on the way back to zero."
  type        = bool
  default     = true
}

variable "network" {
  description = "The address range, the zones, and how private machines reach the internet."
  type = object({
    cidr   = string
    zones  = list(string)
    egress = string
  })
  validation {
    condition     = can(cidrhost(var.network.cidr, 0)) && can(regex("/1[6-9]$", var.network.cidr))
    error_message = "network.cidr must be an IPv4 range between /16 and /19, as in 10.20.0.0/16."
  }
  validation {
    condition     = can(regex("^(10\\.|172\\.(1[6-9]|2[0-9]|3[01])\\.|192\\.168\\.)", var.network.cidr))
    error_message = "network.cidr must be a private range (10.x, 172.16.x to 172.31.x, 192.168.x)."
  }
  validation {
    condition     = length(var.network.zones) >= 2 && length(var.network.zones) <= 3
    error_message = "network.zones must be two or three zones; EKS and RDS refuse one."
  }
  validation {
    condition     = alltrue([for zone in var.network.zones : can(regex("^${var.region}[a-z]$", zone))])
    error_message = "network.zones must be zones of the region, as in ap-northeast-2a. They are pinned here because AWS may add some."
  }
  validation {
    condition     = length(distinct(var.network.zones)) == length(var.network.zones)
    error_message = "network.zones must name each zone once."
  }
  validation {
    condition     = contains(["nat_instance", "nat_gateway_single", "nat_gateway_per_zone"], var.network.egress)
    error_message = "network.egress must be one of: nat_instance (about $8 a month), nat_gateway_single (about $44), nat_gateway_per_zone (about $44 each)."
  }
}

variable "cluster" {
  description = "Kubernetes: its version, its managed nodes, and whether Karpenter adds nodes as they are needed."
  type = object({
    version        = string
    instance_types = list(string)
    capacity       = string
    nodes          = number
    nodes_max      = number
    disk_gb        = number
    karpenter      = bool
  })
  validation {
    condition     = contains(["1.34", "1.35", "1.36"], var.cluster.version)
    error_message = "cluster.version must be one of: 1.34, 1.35, 1.36, in quotes; older ones cost six times as much (extended support)."
  }
  validation {
    condition     = length(var.cluster.instance_types) >= 1 && alltrue([for type in var.cluster.instance_types : can(regex("^[a-z]+[0-9]+g[a-z]*\\.[a-z0-9]+$", type))])
    error_message = "cluster.instance_types must be Graviton types, as in t4g.medium or m7g.large; the image is built for arm64."
  }
  validation {
    condition     = contains(["SPOT", "ON_DEMAND"], var.cluster.capacity)
    error_message = "cluster.capacity must be one of: SPOT, ON_DEMAND."
  }
  validation {
    condition     = var.cluster.nodes >= 2 && var.cluster.nodes_max >= var.cluster.nodes && var.cluster.nodes_max <= 20
    error_message = "cluster.nodes must be at least 2 (one may go away at any time), and nodes_max between nodes and 20."
  }
  validation {
    condition     = var.cluster.disk_gb >= 20 && var.cluster.disk_gb <= 200
    error_message = "cluster.disk_gb must be 20 to 200 (GB for each node)."
  }
}

variable "database" {
  description = "PostgreSQL: one instance holds the four databases."
  type = object({
    instance_class = string
    multi_az       = bool
    storage_gb     = number
    storage_max_gb = number
    backup_days    = number
  })
  validation {
    condition     = can(regex("^db\\.[a-z0-9]+\\.[a-z0-9]+$", var.database.instance_class))
    error_message = "database.instance_class must be an RDS class, as in db.t4g.micro or db.r7g.large."
  }
  validation {
    condition     = var.database.storage_gb >= 20 && var.database.storage_max_gb > var.database.storage_gb
    error_message = "database.storage_gb must be at least 20, and a larger storage_max_gb up to which RDS may grow the disk."
  }
  validation {
    condition     = var.database.backup_days >= 7 && var.database.backup_days <= 35
    error_message = "database.backup_days must be 7 to 35."
  }
}

variable "kafka" {
  description = "none: one broker runs in the cluster (deploy/apps/components/kafka). msk: Amazon MSK."
  type = object({
    mode          = string
    instance_type = optional(string)
    brokers       = optional(number, 0)
    storage_gb    = optional(number, 0)
  })
  validation {
    condition     = contains(["none", "msk"], var.kafka.mode)
    error_message = "kafka.mode must be one of: none (a broker in the cluster, $0), msk (about $89 a month and more)."
  }
  validation {
    condition     = var.kafka.mode == "none" || can(regex("^kafka\\.[a-z0-9]+\\.[a-z0-9]+$", var.kafka.instance_type))
    error_message = "kafka.instance_type must be a broker type of MSK, as in kafka.t3.small or kafka.m7g.large."
  }
  validation {
    condition     = var.kafka.mode == "none" || (var.kafka.brokers >= 2 && var.kafka.brokers % length(var.network.zones) == 0)
    error_message = "kafka.brokers must be a multiple of the number of zones, at least 2."
  }
  validation {
    condition     = var.kafka.mode == "none" || (var.kafka.storage_gb >= 10 && var.kafka.storage_gb <= 1000)
    error_message = "kafka.storage_gb must be 10 to 1000 (GB for each broker)."
  }
}

variable "user_pool_tier" {
  description = "The price class of the user pool."
  type        = string
  default     = "LITE"
  validation {
    condition     = contains(["LITE", "ESSENTIALS", "PLUS"], var.user_pool_tier)
    error_message = "user_pool_tier must be one of: LITE (first 10,000 users free), ESSENTIALS, PLUS. It is set because AWS's default is the dearer ESSENTIALS."
  }
}

variable "web_acl" {
  description = "Whether AWS WAF stands before CloudFront."
  type        = bool
}

variable "threat_detection" {
  description = "Whether GuardDuty watches the account."
  type        = bool
}

variable "backup_region" {
  description = "The region that a second copy of the database's backups goes to, or null for none."
  type        = string
  default     = null
  validation {
    condition     = var.backup_region == null ? true : can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.backup_region)) && var.backup_region != var.region
    error_message = "backup_region must be the code of another region than region, as in ap-northeast-1, or null."
  }
}

variable "budget_usd" {
  description = "What a month may cost before somebody is told."
  type        = number
  validation {
    condition     = var.budget_usd >= 10 && var.budget_usd <= 10000
    error_message = "budget_usd must be a number of US dollars between 10 and 10000."
  }
}
