# Which account, where, and whose workflows: asked for by bootstrap/ and by every stack, which link to this file.

variable "account_id" {
  description = "The AWS account that everything is made in."
  type        = string
  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id)) && var.account_id != "000000000000"
    error_message = "account_id must be the 12 digits that `aws sts get-caller-identity` prints as Account, in quotes."
  }
}

variable "region" {
  description = "The AWS region of everything but CloudFront's own parts."
  type        = string
  default     = "ap-northeast-2"
  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region must be the code of a region, as in ap-northeast-2 (Seoul)."
  }
}

variable "github" {
  description = "The repository whose workflows may deploy. The number is what a renamed or retaken name cannot forge."
  type = object({
    repository    = string
    repository_id = string
  })
  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]+$", var.github.repository))
    error_message = "github.repository must be owner/name, as in dojob/dojob, without https://github.com/."
  }
  validation {
    condition     = can(regex("^[0-9]+$", var.github.repository_id))
    error_message = "github.repository_id must be the number that `gh api repos/OWNER/NAME --jq .id` prints, in quotes."
  }
}
