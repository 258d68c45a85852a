resource "google_service_account" "drawbridge" {
  project      = var.project
  account_id   = var.service_account_id
  display_name = "Drawbridge"
  description  = "Keeps the nodes of a GKE pool on reserved external addresses."

  lifecycle {
    precondition {
      condition     = length(var.node_projects) + length(var.address_projects) > 0
      error_message = "The account could do nothing: set node_projects or address_projects."
    }
  }
}

resource "google_project_iam_custom_role" "drawbridge" {
  for_each = local.roles

  project     = each.value.project
  role_id     = each.value.role_id
  title       = each.value.title
  description = "The permissions that Drawbridge uses, and no others."
  permissions = each.value.permissions
}

resource "google_project_iam_member" "drawbridge" {
  for_each = { for key, role in local.roles : key => role if !endswith(key, "/subnets") }

  project = each.value.project
  role    = google_project_iam_custom_role.drawbridge[each.key].name
  member  = "serviceAccount:${google_service_account.drawbridge.email}"
}

# In a Shared VPC's host project nothing is granted but on the nodes' own subnets.
resource "google_compute_subnetwork_iam_member" "drawbridge" {
  for_each = local.host_subnets

  project    = each.value[1]
  region     = each.value[3]
  subnetwork = each.value[5]
  role       = google_project_iam_custom_role.drawbridge["${each.value[1]}/subnets"].name
  member     = "serviceAccount:${google_service_account.drawbridge.email}"
}

# The controller's pods act as the account; there is no key.
resource "google_service_account_iam_member" "pods" {
  service_account_id = google_service_account.drawbridge.name
  role               = "roles/iam.workloadIdentityUser"
  member             = local.member
}
