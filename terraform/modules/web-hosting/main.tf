# The web front on Amplify Hosting. The workflow `web` builds it and hands over an archive: Amplify then needs no token
# for the repository, and what is served is what the tests saw.
variable "name" {
  description = "Name of the app."
  type        = string
}

resource "aws_amplify_app" "this" {
  name     = var.name
  platform = "WEB"

  # A path without an extension is a page of the single-page app, not a file.
  custom_rule {
    source = "</^[^.]+$|\\.(?!(css|gif|ico|jpg|js|json|map|png|svg|txt|webmanifest|webp|woff2)$)([^.]+$)/>"
    status = "200"
    target = "/index.html"
  }

  custom_headers = <<-YAML
    customHeaders:
      - pattern: "/assets/*"
        headers:
          - key: Cache-Control
            value: public, max-age=31536000, immutable
      - pattern: "/index.html"
        headers:
          - key: Cache-Control
            value: no-cache
  YAML
}

resource "aws_amplify_branch" "main" {
  app_id            = aws_amplify_app.this.id
  branch_name       = "main"
  stage             = "PRODUCTION"
  enable_auto_build = false
}

output "app_id" {
  description = "The app that `aws amplify create-deployment` is told."
  value       = aws_amplify_app.this.id
}

output "host" {
  description = "The host that CloudFront fetches pages from."
  value       = "${aws_amplify_branch.main.branch_name}.${aws_amplify_app.this.default_domain}"
}
