# Run with each of the three profiles.

run "with_a_domain" {
  command = plan
  assert {
    condition     = length(output.network.private_cidrs) == length(var.network.zones)
    error_message = "A private subnet in each zone."
  }
  assert {
    condition     = length(distinct(concat(output.network.private_cidrs, output.network.data_cidrs))) == 2 * length(var.network.zones)
    error_message = "No two subnets share a range."
  }
  assert {
    condition     = alltrue([for cidr in output.network.private_cidrs : tonumber(split("/", cidr)[1]) <= 22])
    error_message = "Private subnets have room for a thousand addresses: prefix delegation takes sixteen at a time."
  }
}

run "without_a_domain" {
  command = plan
  variables {
    domain = null
  }
  assert {
    condition     = length(output.name_servers) == 0
    error_message = "Without a domain there is no zone."
  }
  assert {
    condition     = output.zone_id == null
    error_message = "Without a domain there is no zone."
  }
}
