terraform {
  required_version = ">= 1.3"

  required_providers {
    aws = {
      source = "hashicorp/aws"
      # From here on an identity provider needs no thumbprints.
      version = ">= 5.82"
    }
  }
}
