# One repository for the one image that holds the four programs. It belongs to the account, not to a profile: what runs
# in seed is promoted to launch and scale by its digest, without being built or copied again.
variable "name" {
  description = "Name of the repository."
  type        = string
}

resource "aws_ecr_repository" "this" {
  name = var.name
  # Signatures and attestations are stored as referrers of the digest (cosign 3), not under tags that change.
  image_tag_mutability = "IMMUTABLE"

  image_scanning_configuration {
    scan_on_push = true
  }

  encryption_configuration {
    encryption_type = "KMS" # with the key that AWS keeps for ECR
  }
}

resource "aws_ecr_lifecycle_policy" "this" {
  repository = aws_ecr_repository.this.name
  policy = jsonencode({
    rules = [
      {
        rulePriority = 1
        description  = "Images without a tag are leftovers of a push"
        selection    = { tagStatus = "untagged", countType = "sinceImagePushed", countUnit = "days", countNumber = 14 }
        action       = { type = "expire" }
      },
      {
        rulePriority = 2
        description  = "The last two hundred builds are enough to go back to"
        selection    = { tagStatus = "tagged", tagPatternList = ["build-*"], countType = "imageCountMoreThan", countNumber = 200 }
        action       = { type = "expire" }
      },
    ]
  })
}

output "url" {
  description = "Address of the repository, without a tag."
  value       = aws_ecr_repository.this.repository_url
}

output "arn" {
  description = "ARN of the repository."
  value       = aws_ecr_repository.this.arn
}
