# What the variables refuse: `terraform init && terraform test` in the folder above; no account is needed.
mock_provider "aws" {}

variables {
  security_groups = [{ id = "sg-0a1b2c3d4e5f60718", region = "eu-west-1" }]
  cluster         = { project = "acme-prod", location = "europe-west1", name = "main" }
}

run "these_are_fine" {
  command = plan
}

run "a_role_that_nobody_could_take" {
  command         = plan
  expect_failures = [aws_iam_role.drawbridge]
  variables {
    cluster = null
  }
}

run "a_role_that_could_do_nothing" {
  command         = plan
  expect_failures = [aws_iam_role.drawbridge]
  variables {
    security_groups = []
  }
}

run "every_group_of_an_account" {
  command         = plan
  expect_failures = [var.security_groups]
  variables {
    security_groups = [{ id = "*", region = "eu-west-1" }]
  }
}

run "a_group_of_every_region" {
  command         = plan
  expect_failures = [var.security_groups]
  variables {
    security_groups = [{ id = "sg-0a1b2c3d4e5f60718", region = "*" }]
  }
}

run "a_region_of_google_cloud" {
  command         = plan
  expect_failures = [var.security_groups]
  variables {
    security_groups = [{ id = "sg-0a1b2c3d4e5f60718", region = "europe-west1" }]
  }
}

run "every_role_of_an_account" {
  command         = plan
  expect_failures = [var.assumed_role_arns]
  variables {
    assumed_role_arns = ["arn:aws:iam::123456789012:role/*"]
  }
}

run "every_service_account_of_a_namespace" {
  command         = plan
  expect_failures = [var.cluster]
  variables {
    cluster = { project = "acme-prod", location = "europe-west1", name = "main", service_account = "*" }
  }
}

run "a_policy_variable_for_a_namespace" {
  command         = plan
  expect_failures = [var.cluster]
  variables {
    cluster = { project = "acme-prod", location = "europe-west1", name = "main", namespace = "$${aws:username}" }
  }
}

run "no_name_of_a_cluster" {
  command         = plan
  expect_failures = [var.cluster]
  variables {
    cluster = { project = "acme-prod", location = "europe-west1", name = "" }
  }
}

run "an_address_for_a_unique_id" {
  command         = plan
  expect_failures = [var.google]
  variables {
    google = { service_account_unique_id = "drawbridge@acme-prod.iam.gserviceaccount.com" }
  }
}

run "no_audience" {
  command         = plan
  expect_failures = [var.google]
  variables {
    google = { service_account_unique_id = "123456789012345678901", audiences = [] }
  }
}

run "a_policy_variable_for_an_audience" {
  command         = plan
  expect_failures = [var.google]
  variables {
    google = { service_account_unique_id = "123456789012345678901", audiences = ["$${aws:username}"] }
  }
}

run "a_whole_account_for_a_caller" {
  command         = plan
  expect_failures = [var.caller]
  variables {
    caller = { arn = "arn:aws:iam::123456789012:root" }
  }
}

run "everybody_for_a_caller" {
  command         = plan
  expect_failures = [var.caller]
  variables {
    caller = { arn = "*" }
  }
}

run "an_external_id_that_sts_would_not_take" {
  command         = plan
  expect_failures = [var.caller]
  variables {
    caller = { arn = "arn:aws:iam::123456789012:role/base", external_ids = ["no blanks"] }
  }
}

run "a_name_that_iam_would_not_take" {
  command         = plan
  expect_failures = [var.name]
  variables {
    name = "draw bridge"
  }
}
