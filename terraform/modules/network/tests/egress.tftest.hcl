variables {
  name                 = "dojob-test"
  cidr                 = "10.20.0.0/16"
  zones                = ["ap-northeast-2a", "ap-northeast-2b", "ap-northeast-2c"]
  egress               = "nat_instance"
  flow_log_bucket_arn  = "arn:aws:s3:::logs"
  permissions_boundary = "arn:aws:iam::123456789012:policy/dojob-boundary"
}

run "a_nat_instance" {
  command = plan
  assert {
    condition     = length(aws_nat_gateway.this) == 0 && length(aws_instance.nat) == 1
    error_message = "One machine and no gateway."
  }
  assert {
    condition     = !aws_instance.nat[0].source_dest_check
    error_message = "It may forward what is not its own."
  }
  assert {
    condition     = length(aws_route_table.private) == 3
    error_message = "Every private subnet goes through it."
  }
  assert {
    condition     = length(aws_eip.this) == 1
    error_message = "One address that stays."
  }
}

run "one_gateway" {
  command = plan
  variables {
    egress = "nat_gateway_single"
  }
  assert {
    condition     = length(aws_nat_gateway.this) == 1 && length(aws_instance.nat) == 0
    error_message = "One gateway and no machine."
  }
  assert {
    condition     = length(aws_route_table.private) == 3 && length(aws_route_table_association.private) == 3
    error_message = "Every private subnet goes through it."
  }
}

run "a_gateway_in_each_zone" {
  command = plan
  variables {
    egress = "nat_gateway_per_zone"
  }
  assert {
    condition     = length(aws_nat_gateway.this) == 3 && length(aws_eip.this) == 3
    error_message = "One for each zone."
  }
}

run "what_holds_data_has_no_way_out" {
  command = plan
  assert {
    condition     = length(aws_route_table_association.data) == 3
    error_message = "Every data subnet has a table."
  }
}

run "the_controllers_find_their_subnets" {
  command = plan
  assert {
    condition     = alltrue([for subnet in aws_subnet.private : subnet.tags["kubernetes.io/role/internal-elb"] == "1" && subnet.tags["karpenter.sh/discovery"] == "dojob-test"])
    error_message = "Private subnets carry the tags that the controllers look for."
  }
  assert {
    condition     = alltrue([for subnet in aws_subnet.public : subnet.map_public_ip_on_launch != true])
    error_message = "No subnet gives public addresses by itself."
  }
}
