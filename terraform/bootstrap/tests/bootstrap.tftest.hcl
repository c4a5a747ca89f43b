variables {
  account_id = "123456789012"
  github     = { repository = "dojob/dojob", repository_id = "1234567890" }
}

run "an_account" {
  command = plan
  variables {
    profiles = ["seed", "launch"]
  }
  assert {
    condition     = length(output.github_role_arns) == 6
    error_message = "Image, plan, and apply and web for each profile."
  }
  assert {
    condition     = jsondecode(aws_iam_policy.boundary.policy).Statement[0].Effect == "Allow"
    error_message = "The boundary is a policy."
  }
}

run "an_account_of_zeros" {
  command = plan
  variables {
    account_id = "000000000000"
  }
  expect_failures = [var.account_id]
}

run "a_region_by_its_city" {
  command = plan
  variables {
    region = "Seoul"
  }
  expect_failures = [var.region]
}

run "a_repository_as_a_url" {
  command = plan
  variables {
    github = { repository = "https://github.com/dojob/dojob", repository_id = "1" }
  }
  expect_failures = [var.github]
}

run "a_repository_id_that_is_a_name" {
  command = plan
  variables {
    github = { repository = "dojob/dojob", repository_id = "x" }
  }
  expect_failures = [var.github]
}

run "no_profile" {
  command = plan
  variables {
    profiles = []
  }
  expect_failures = [var.profiles]
}

run "a_profile_of_another_name" {
  command = plan
  variables {
    profiles = ["production"]
  }
  expect_failures = [var.profiles]
}
