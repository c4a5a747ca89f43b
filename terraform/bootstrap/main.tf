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

variable "account_id" {
  description = "The AWS account."
  type        = string
  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id)) && var.account_id != "000000000000"
    error_message = "account_id: write the 12 digits that `aws sts get-caller-identity` prints as Account, in quotes."
  }
}

variable "region" {
  description = "The region of the states and of the registry."
  type        = string
  default     = "ap-northeast-2"
  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region: write the code of a region, as in ap-northeast-2 (Seoul)."
  }
}

variable "github" {
  description = "The repository whose workflows may deploy."
  type = object({
    repository    = string
    repository_id = string
  })
  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]+$", var.github.repository))
    error_message = "github.repository: write owner/name, as in dojob/dojob, without https://github.com/."
  }
  validation {
    condition     = can(regex("^[0-9]+$", var.github.repository_id))
    error_message = "github.repository_id: write the number that `gh api repos/OWNER/NAME --jq .id` prints, in quotes."
  }
}

variable "profiles" {
  description = "The profiles of this account."
  type        = list(string)
  default     = ["seed"]
  validation {
    condition     = length(var.profiles) > 0 && alltrue([for profile in var.profiles : contains(["seed", "launch", "scale"], profile)])
    error_message = "profiles: write a list of seed, launch and scale, as in [\"seed\"]."
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
