# What GitHub's workflows may do, without a stored key. Every role names the repository by its number, the audience and
# the environment: a trust policy that leaves one of them out lets in somebody else's workflow.
variable "account_id" {
  description = "The account."
  type        = string
}

variable "region" {
  description = "The region of the registry and of Amplify."
  type        = string
}

variable "repository" {
  description = "owner/name."
  type        = string
}

variable "repository_id" {
  description = "GitHub's number of the repository."
  type        = string
}

variable "profiles" {
  description = "The profiles, each of which is a GitHub environment of the same name."
  type        = list(string)
}

variable "registry_arn" {
  description = "The repository that images are pushed to."
  type        = string
}

variable "state_bucket_arn" {
  description = "The bucket of the states."
  type        = string
}

resource "aws_iam_openid_connect_provider" "github" {
  url            = "https://token.actions.githubusercontent.com"
  client_id_list = ["sts.amazonaws.com"]
}

locals {
  boundary = "arn:aws:iam::${var.account_id}:policy/dojob-boundary"

  # One environment for each thing a workflow may do; GitHub asks there for the approval of a person where it matters.
  roles = merge(
    { "dojob-github-image" = "image", "dojob-github-plan" = "plan" },
    { for profile in var.profiles : "dojob-github-apply-${profile}" => profile },
    { for profile in var.profiles : "dojob-github-web-${profile}" => "web-${profile}" },
  )
}

resource "aws_iam_role" "this" {
  for_each             = local.roles
  name                 = each.key
  description          = "GitHub Actions of ${var.repository} in the environment ${each.value}"
  max_session_duration = 3600

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = "arn:aws:iam::${var.account_id}:oidc-provider/token.actions.githubusercontent.com" }
      Condition = { StringEquals = {
        "token.actions.githubusercontent.com:aud"           = "sts.amazonaws.com"
        "token.actions.githubusercontent.com:sub"           = "repo:${var.repository}:environment:${each.value}"
        "token.actions.githubusercontent.com:repository_id" = var.repository_id
        "token.actions.githubusercontent.com:environment"   = each.value
      } }
    }]
  })

  depends_on = [aws_iam_openid_connect_provider.github]
}

resource "aws_iam_role_policy" "image" {
  name = "push"
  role = aws_iam_role.this["dojob-github-image"].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Sid = "SignIn", Effect = "Allow", Action = "ecr:GetAuthorizationToken", Resource = "*" },
      {
        Sid    = "PushAndRead"
        Effect = "Allow"
        Action = [
          "ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:CompleteLayerUpload", "ecr:DescribeImages",
          "ecr:GetDownloadUrlForLayer", "ecr:InitiateLayerUpload", "ecr:PutImage", "ecr:UploadLayerPart",
        ]
        Resource = var.registry_arn
      },
    ]
  })
}

locals {
  # Reading the states, and for `apply` writing them and their lock.
  state_read = [
    { Sid = "ListStates", Effect = "Allow", Action = "s3:ListBucket", Resource = var.state_bucket_arn },
    { Sid = "ReadStates", Effect = "Allow", Action = "s3:GetObject", Resource = "${var.state_bucket_arn}/*" },
  ]
}

# A plan reads everything and changes nothing; it runs with -lock=false because a lock is an object in the bucket.
resource "aws_iam_role_policy_attachment" "plan" {
  role       = aws_iam_role.this["dojob-github-plan"].name
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}

# What people uploaded and what was said in confidence is nothing that a plan needs.
resource "aws_iam_role_policy" "plan" {
  name = "state-not-content"
  role = aws_iam_role.this["dojob-github-plan"].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(local.state_read, [{
      Sid      = "NoContent"
      Effect   = "Deny"
      Action   = ["s3:GetObject", "secretsmanager:GetSecretValue", "ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath"]
      Resource = ["arn:aws:s3:::dojob-*-media-*/*", "arn:aws:secretsmanager:*:${var.account_id}:secret:*", "arn:aws:ssm:*:${var.account_id}:parameter/dojob/*"]
    }])
  })
}

# PowerUserAccess leaves IAM out; the policy below gives back what a profile needs, and every role it makes is bounded.
resource "aws_iam_role_policy_attachment" "apply" {
  for_each   = toset(var.profiles)
  role       = aws_iam_role.this["dojob-github-apply-${each.key}"].name
  policy_arn = "arn:aws:iam::aws:policy/PowerUserAccess"
}

resource "aws_iam_role_policy" "apply" {
  for_each = toset(var.profiles)
  name     = "roles-of-the-profile"
  role     = aws_iam_role.this["dojob-github-apply-${each.key}"].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(local.state_read, [
      { Sid = "WriteStates", Effect = "Allow", Action = ["s3:PutObject", "s3:DeleteObject"], Resource = "${var.state_bucket_arn}/${each.key}/*" },
      {
        Sid       = "BoundedRolesOnly"
        Effect    = "Allow"
        Action    = ["iam:CreateRole", "iam:PutRolePermissionsBoundary", "iam:AttachRolePolicy", "iam:DetachRolePolicy", "iam:PutRolePolicy", "iam:DeleteRolePolicy"]
        Resource  = "arn:aws:iam::${var.account_id}:role/dojob-${each.key}-*"
        Condition = { ArnEquals = { "iam:PermissionsBoundary" = local.boundary } }
      },
      {
        Sid    = "RolesOfTheProfile"
        Effect = "Allow"
        Action = [
          "iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListInstanceProfilesForRole", "iam:ListRolePolicies",
          "iam:DeleteRole", "iam:TagRole", "iam:UntagRole", "iam:UpdateAssumeRolePolicy", "iam:UpdateRole", "iam:PassRole",
        ]
        Resource = "arn:aws:iam::${var.account_id}:role/dojob-${each.key}-*"
      },
      {
        Sid      = "InstanceProfiles"
        Effect   = "Allow"
        Action   = ["iam:AddRoleToInstanceProfile", "iam:CreateInstanceProfile", "iam:DeleteInstanceProfile", "iam:GetInstanceProfile", "iam:RemoveRoleFromInstanceProfile", "iam:TagInstanceProfile"]
        Resource = "arn:aws:iam::${var.account_id}:instance-profile/dojob-${each.key}-*"
      },
      {
        Sid      = "IdentityOfTheCluster"
        Effect   = "Allow"
        Action   = ["iam:CreateOpenIDConnectProvider", "iam:DeleteOpenIDConnectProvider", "iam:GetOpenIDConnectProvider", "iam:TagOpenIDConnectProvider"]
        Resource = "arn:aws:iam::${var.account_id}:oidc-provider/oidc.eks.${var.region}.amazonaws.com/*"
      },
      {
        Sid      = "NotItself"
        Effect   = "Deny"
        Action   = ["iam:DeleteRole", "iam:DeleteRolePermissionsBoundary", "iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:UpdateAssumeRolePolicy"]
        Resource = "arn:aws:iam::${var.account_id}:role/dojob-github-*"
      },
    ])
  })
}

resource "aws_iam_role_policy" "web" {
  for_each = toset(var.profiles)
  name     = "deploy"
  role     = aws_iam_role.this["dojob-github-web-${each.key}"].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "HandOverTheArchive"
      Effect    = "Allow"
      Action    = ["amplify:CreateDeployment", "amplify:StartDeployment", "amplify:GetJob"]
      Resource  = "arn:aws:amplify:${var.region}:${var.account_id}:apps/*/branches/main/*"
      Condition = { StringEquals = { "aws:ResourceTag/Environment" = each.key } }
    }]
  })
}

output "role_arns" {
  description = "The roles by their names: what the workflows' variables are set to."
  value       = { for name, role in aws_iam_role.this : name => role.arn }
}
