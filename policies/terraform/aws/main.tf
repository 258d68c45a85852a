data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

resource "aws_iam_openid_connect_provider" "cluster" {
  count = var.cluster != null && var.create_oidc_provider ? 1 : 0

  url            = "https://${local.issuer}"
  client_id_list = [var.cluster.audience]
  tags           = var.tags
}

resource "aws_iam_role" "drawbridge" {
  name                 = var.name
  path                 = var.path
  description          = "Keeps the inbound rules of security groups equal to the reserved addresses of a Google Cloud project."
  assume_role_policy   = jsonencode(local.trust)
  permissions_boundary = var.permissions_boundary
  tags                 = var.tags

  depends_on = [aws_iam_openid_connect_provider.cluster]

  lifecycle {
    precondition {
      condition     = length(local.trust.Statement) > 0
      error_message = "Nobody could take the role: set cluster, google or caller."
    }
    precondition {
      condition     = length(local.permissions.Statement) > 0
      error_message = "The role could do nothing: set security_groups or assumed_role_arns."
    }
  }
}

resource "aws_iam_role_policy" "drawbridge" {
  name   = "drawbridge"
  role   = aws_iam_role.drawbridge.id
  policy = jsonencode(local.permissions)
}

resource "aws_iam_role_policy" "doctor" {
  count = var.doctor && length(var.security_groups) > 0 ? 1 : 0

  name   = "drawbridge-doctor"
  role   = aws_iam_role.drawbridge.id
  policy = jsonencode(local.diagnosis)
}
