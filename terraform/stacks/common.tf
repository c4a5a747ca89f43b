# What every stack has in common: stacks/*/common.tf is a link to this file, as profile.tf is one to ../profile.tf.
terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.25"
    }
  }

  # Bucket, key and region come from `terraform init -backend-config`: one state per profile and stack.
  backend "s3" {
    use_lockfile = true
    encrypt      = true
  }
}

provider "aws" {
  region = var.region
  # A shell that is signed in to another account is refused before anything is read.
  allowed_account_ids = [var.account_id]

  default_tags {
    tags = {
      Project     = "dojob"
      Environment = var.profile
      ManagedBy   = "terraform"
    }
  }
}

locals {
  name = "dojob-${var.profile}"

  # Made by bootstrap/. The role that applies these stacks may make no role without it.
  permissions_boundary = "arn:aws:iam::${var.account_id}:policy/dojob-boundary"

  # Where the stacks below this one keep their state. Without a bucket it is a file: how the checks make their dry runs.
  upstream_backend = var.state_bucket == null ? "local" : "s3"
  upstream = { for stack in ["foundation", "data", "platform"] : stack => var.state_bucket == null ? tomap({
    path = "${path.module}/../${stack}/terraform.tfstate"
    }) : tomap({
    bucket = var.state_bucket
    key    = "${var.profile}/${stack}.tfstate"
    region = var.region
  }) }
}
