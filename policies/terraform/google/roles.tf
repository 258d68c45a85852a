# The same permissions as policies/gcp-role.yaml and as `drawbridge policies` prints.
locals {
  address_permissions = [
    "compute.addresses.get",
    "compute.addresses.list",
  ]

  subnet_permissions = [
    "compute.subnetworks.list",
    "compute.subnetworks.useExternalIp",
  ]

  node_permissions = concat(local.address_permissions, local.subnet_permissions, [
    "compute.addresses.use",
    "compute.instances.addAccessConfig",
    "compute.instances.deleteAccessConfig",
    "compute.instances.get",
    "compute.instances.list",
    "compute.zoneOperations.get",
  ])

  # By their parts. Those of a project with nodes are in that project's own grant.
  host_subnets = { for subnet in toset(var.host_subnets) : subnet => split("/", subnet)
  if !contains(var.node_projects, split("/", subnet)[1]) }

  # One project, one role of each kind.
  roles = merge(
    { for project in toset(var.node_projects) : "${project}/nodes" => {
      project = project, role_id = var.role_id, title = "Drawbridge", permissions = sort(local.node_permissions)
    } },
    { for project in setsubtract(var.address_projects, var.node_projects) : "${project}/addresses" => {
      project = project, role_id = "${var.role_id}.addresses", title = "Drawbridge, addresses only", permissions = sort(local.address_permissions)
    } },
    { for project in toset([for parts in local.host_subnets : parts[1]]) : "${project}/subnets" => {
      project = project, role_id = "${var.role_id}.subnets", title = "Drawbridge, subnets only", permissions = sort(local.subnet_permissions)
    } },
  )

  # Whom Google Cloud knows the controller's pods as. It names a project's pool of identities and no cluster: whoever may make pods of this
  # service account in this namespace of any cluster of the project is it.
  member = "serviceAccount:${coalesce(var.cluster_project, var.project)}.svc.id.goog[${var.namespace}/${var.kubernetes_service_account}]"
}
