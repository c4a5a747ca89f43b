output "id" {
  description = "The instance, as CloudWatch names it."
  value       = aws_db_instance.this.identifier
}

output "arn" {
  description = "ARN of the instance."
  value       = aws_db_instance.this.arn
}

output "host" {
  description = "Host name that services connect to."
  value       = aws_db_instance.this.address
}

output "master_secret_arn" {
  description = "The secret with the master password."
  value       = aws_db_instance.this.master_user_secret[0].secret_arn
}
