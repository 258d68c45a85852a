output "service_account_email" {
  description = "For the annotation iam.gke.io/gcp-service-account of deploy/manifests/10-rbac.yaml."
  value       = google_service_account.drawbridge.email
}

output "service_account_unique_id" {
  description = "For google.service_account_unique_id of the module for AWS, where the policy file has identity: google."
  value       = google_service_account.drawbridge.unique_id
}
