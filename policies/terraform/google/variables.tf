variable "project" {
  description = "The project of the service account."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project))
    error_message = "A project's id, not its number."
  }
}

variable "node_projects" {
  description = "The projects (addresses.project) of policies with nodes; their addresses are read and put on nodes."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for project in var.node_projects : can(regex("^([a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$", project))])
    error_message = "A project's id, not its number."
  }
}

variable "address_projects" {
  description = "The projects (addresses.project) of policies without nodes; their addresses are only read."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for project in var.address_projects : can(regex("^([a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$", project))])
    error_message = "A project's id, not its number."
  }
}

variable "host_subnets" {
  description = "Subnets of a Shared VPC's host project that the nodes are in: projects/PROJECT/regions/REGION/subnetworks/NAME. The grant is on these alone."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for subnet in var.host_subnets : can(regex("^projects/([a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]/regions/[a-z]+-[a-z]+[0-9]+/subnetworks/[a-z]([a-z0-9-]{0,61}[a-z0-9])?$", subnet))])
    error_message = "projects/PROJECT/regions/REGION/subnetworks/NAME, with the project's id, and no URL before it."
  }
}

variable "cluster_project" {
  description = "The project of the cluster that the controller runs in, for Workload Identity Federation; null: project. The same namespace and service account of every cluster of that project act as the account."
  type        = string
  default     = null

  validation {
    condition     = var.cluster_project == null || can(regex("^([a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$", coalesce(var.cluster_project, "-")))
    error_message = "A project's id, not its number."
  }
}

variable "namespace" {
  description = "The namespace of the controller."
  type        = string
  default     = "drawbridge"

  validation {
    condition     = can(regex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", var.namespace))
    error_message = "A namespace's name, without wildcards."
  }
}

variable "kubernetes_service_account" {
  description = "The controller's service account in Kubernetes."
  type        = string
  default     = "drawbridge"

  validation {
    condition     = can(regex("^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$", var.kubernetes_service_account))
    error_message = "A service account's name, without wildcards."
  }
}

variable "service_account_id" {
  description = "What stands before the @ of the Google service account's address."
  type        = string
  default     = "drawbridge"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.service_account_id))
    error_message = "6 to 30 lower-case letters, digits and dashes, a letter first."
  }
}

variable "role_id" {
  description = "The custom roles' id; those that do less have a suffix."
  type        = string
  default     = "drawbridge"

  validation {
    condition     = can(regex("^[A-Za-z0-9_.]{3,52}$", var.role_id))
    error_message = "3 to 52 letters, digits, underscores and periods."
  }
}
