output "role_arn" {
  description = "For AWS_ROLE_ARN of the Deployment, or for roleArn of the policy file."
  value       = aws_iam_role.drawbridge.arn
}

output "oidc_provider_arn" {
  description = "The identity provider that the role trusts; null without cluster."
  value       = local.provider_arn
}
