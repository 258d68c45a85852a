variable "name" {
  description = "The role's name."
  type        = string
  default     = "drawbridge"

  validation {
    condition     = can(regex("^[A-Za-z0-9_+=,.@-]{1,64}$", var.name))
    error_message = "A role's name has 1 to 64 letters, digits and characters of _+=,.@-."
  }
}

variable "security_groups" {
  description = "The groups whose inbound rules this role manages, all of this account: those of the policy file's entries that name this role, or no roleArn."
  type = list(object({
    id     = string
    region = string
  }))
  default = []

  validation {
    condition     = alltrue([for group in var.security_groups : can(regex("^sg-[0-9a-f]{8,17}$", group.id))])
    error_message = "A group's id is sg- and 8 to 17 hexadecimal digits."
  }

  validation {
    condition     = alltrue([for group in var.security_groups : can(regex("^[a-z]{2,4}(-[a-z]+)+-[1-9]$", group.region))])
    error_message = "A region is one of AWS's, such as eu-west-1."
  }
}

variable "assumed_role_arns" {
  description = "Roles that this role takes: the roleArn of the policy file's entries without identity: google, of this account or of others."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for arn in var.assumed_role_arns : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9_+=,.@/-]+$", arn))])
    error_message = "A role's ARN is arn:PARTITION:iam::ACCOUNT:role/NAME, without wildcards."
  }
}

variable "cluster" {
  description = "Lets in one Kubernetes service account of one GKE cluster, by the tokens that the cluster signs."
  type = object({
    project         = string
    location        = string
    name            = string
    namespace       = optional(string, "drawbridge")
    service_account = optional(string, "drawbridge")
    audience        = optional(string, "sts.amazonaws.com")
  })
  default = null

  validation {
    condition     = var.cluster == null || !can(regex("[*?$/\\s]", join("", values(coalesce(var.cluster, {})))))
    error_message = "What names the cluster has no wildcards, dollar signs, slashes or blanks."
  }

  validation {
    condition     = var.cluster == null || alltrue([for part in values(coalesce(var.cluster, {})) : part != ""])
    error_message = "Nothing of what names the cluster may be empty."
  }
}

variable "create_oidc_provider" {
  description = "Whether to make the account's identity provider for the cluster's issuer; false where it is there already. An account has one for each issuer."
  type        = bool
  default     = true
}

variable "google" {
  description = "Lets in one Google service account, by the tokens that Google signs for it: identity: google of the policy file. AWS knows the issuer; no identity provider is made."
  type = object({
    service_account_unique_id = string
    audiences                 = optional(list(string), ["sts.amazonaws.com"])
  })
  default = null

  validation {
    condition     = var.google == null || can(regex("^[0-9]{6,30}$", var.google.service_account_unique_id))
    error_message = "The numeric id of the Google service account, not its address: gcloud iam service-accounts describe … --format='value(uniqueId)'."
  }

  validation {
    condition     = var.google == null || try(length(var.google.audiences) > 0 && alltrue([for audience in var.google.audiences : can(regex("^[!-~]{1,255}$", audience)) && !can(regex("[$\"'\\\\]", audience))]), false)
    error_message = "At least one audience, of printable characters without blanks, quotes, backslashes and dollar signs."
  }
}

variable "caller" {
  description = "Lets in another role (or user) of AWS by AssumeRole; with external ids only where it tells one of them. For the roleArn of another account."
  type = object({
    arn          = string
    external_ids = optional(list(string), [])
  })
  default = null

  validation {
    condition     = var.caller == null || can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:(role|user)/[A-Za-z0-9_+=,.@/-]+$", var.caller.arn))
    error_message = "The ARN of one role or user; never a wildcard or a whole account."
  }

  validation {
    condition     = var.caller == null || alltrue([for id in try(var.caller.external_ids, []) : can(regex("^[A-Za-z0-9_+=,.@:/-]+$", id)) && length(id) >= 2 && length(id) <= 1224])
    error_message = "An external id has 2 to 1224 letters, digits and characters of _+=,.@:/-."
  }
}

variable "doctor" {
  description = "Whether drawbridge doctor may list the databases of the groups' regions (rds:DescribeDBInstances). The loop never does."
  type        = bool
  default     = false
}

variable "path" {
  description = "The role's path."
  type        = string
  default     = "/"
}

variable "permissions_boundary" {
  description = "The ARN of a permissions boundary for the role."
  type        = string
  default     = null
}

variable "tags" {
  description = "Tags of the role and of the identity provider."
  type        = map(string)
  default     = {}
}
