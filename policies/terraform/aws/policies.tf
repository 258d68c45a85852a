# The same documents as policies/*.json and as `drawbridge policies` prints.
locals {
  partition  = data.aws_partition.current.partition
  account_id = data.aws_caller_identity.current.account_id

  regions = sort(distinct([for group in var.security_groups : group.region]))
  groups  = sort(distinct([for group in var.security_groups : "arn:${local.partition}:ec2:${group.region}:${local.account_id}:security-group/${group.id}"]))

  permissions = {
    Version = "2012-10-17"
    Statement = concat(
      length(var.security_groups) == 0 ? [] : [
        {
          Sid      = "ReadSecurityGroups"
          Effect   = "Allow"
          Action   = ["ec2:DescribeSecurityGroups", "ec2:DescribeSecurityGroupRules"]
          Resource = ["*"]
          Condition = {
            StringEquals = { "ec2:Region" = local.regions }
          }
        },
      ],
      length(var.security_groups) == 0 ? [] : [
        {
          Sid      = "WriteInboundRules"
          Effect   = "Allow"
          Action   = ["ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress"]
          Resource = local.groups
        },
      ],
      length(var.assumed_role_arns) == 0 ? [] : [
        {
          Sid      = "TakeRoles"
          Effect   = "Allow"
          Action   = ["sts:AssumeRole"]
          Resource = sort(distinct(var.assumed_role_arns))
        },
      ],
    )
  }

  diagnosis = {
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "ReadDatabases"
        Effect   = "Allow"
        Action   = ["rds:DescribeDBInstances"]
        Resource = [for region in local.regions : "arn:${local.partition}:rds:${region}:${local.account_id}:db:*"]
      },
    ]
  }

  issuer       = var.cluster == null ? null : "container.googleapis.com/v1/projects/${var.cluster.project}/locations/${var.cluster.location}/clusters/${var.cluster.name}"
  provider_arn = var.cluster == null ? null : "arn:${local.partition}:iam::${local.account_id}:oidc-provider/${local.issuer}"

  trust = {
    Version = "2012-10-17"
    Statement = concat(
      var.cluster == null ? [] : [
        {
          Effect    = "Allow"
          Principal = { Federated = local.provider_arn }
          Action    = ["sts:AssumeRoleWithWebIdentity"]
          Condition = {
            StringEquals = {
              "${local.issuer}:aud" = var.cluster.audience
              "${local.issuer}:sub" = "system:serviceaccount:${var.cluster.namespace}:${var.cluster.service_account}"
            }
          }
        },
      ],
      var.google == null ? [] : [
        {
          Effect    = "Allow"
          Principal = { Federated = "accounts.google.com" }
          Action    = ["sts:AssumeRoleWithWebIdentity"]
          Condition = {
            StringEquals = {
              "accounts.google.com:aud"  = var.google.service_account_unique_id
              "accounts.google.com:oaud" = sort(distinct(var.google.audiences))
              "accounts.google.com:sub"  = var.google.service_account_unique_id
            }
          }
        },
      ],
      var.caller == null ? [] : [
        merge(
          {
            Effect    = "Allow"
            Principal = { AWS = var.caller.arn }
            Action    = ["sts:AssumeRole"]
          },
          length(var.caller.external_ids) == 0 ? {} : {
            Condition = {
              StringEquals = { "sts:ExternalId" = sort(distinct(var.caller.external_ids)) }
            }
          },
        ),
      ],
    )
  }
}
