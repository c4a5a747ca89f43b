# Once for an account, by a person, with the state in a file: the bucket that all other states live in, the registry,
# and what GitHub's workflows may do. Everything after it can be a workflow's work.
terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.25"
    }
  }
}

provider "aws" {
  region              = var.region
  allowed_account_ids = [var.account_id]

  default_tags {
    tags = {
      Project     = "dojob"
      Environment = "account"
      ManagedBy   = "terraform"
    }
  }
}

variable "profiles" {
  description = "The profiles of this account."
  type        = list(string)
  default     = ["seed"]
  validation {
    condition     = length(var.profiles) > 0 && alltrue([for profile in var.profiles : contains(["seed", "launch", "scale"], profile)])
    error_message = "profiles must be a list of seed, launch and scale, as in [\"seed\"]."
  }
}

variable "protected" {
  description = "Whether the bucket of states is kept when it is not empty. Set to false only on the way back to zero."
  type        = bool
  default     = true
}

locals {
  state_bucket = "dojob-state-${var.account_id}"
}

# No secret is in a state: passwords are made and kept by RDS and by people. So AWS's own keys are enough, and free.
module "state" {
  source    = "../modules/storage"
  name      = local.state_bucket
  protected = var.protected
}

module "registry" {
  source = "../modules/registry"
  name   = "dojob"
}

module "github" {
  source           = "../modules/github-oidc"
  account_id       = var.account_id
  region           = var.region
  repository       = var.github.repository
  repository_id    = var.github.repository_id
  profiles         = var.profiles
  registry_arn     = "arn:aws:ecr:${var.region}:${var.account_id}:repository/dojob"
  state_bucket_arn = "arn:aws:s3:::${local.state_bucket}"
}

output "state_bucket" {
  description = "For `terraform init -backend-config=bucket=...` and for state_bucket in account.tfvars."
  value       = module.state.name
}

output "registry" {
  description = "Where the image is pushed to and pulled from."
  value       = module.registry.url
}

output "github_role_arns" {
  description = "For the variables of the repository's environments."
  value       = module.github.role_arns
}
