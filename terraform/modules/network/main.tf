# Three tiers of subnets: public (NAT only), private (nodes, load balancer), data (PostgreSQL, Kafka; no way out).
locals {
  indexes = { for index, zone in var.zones : zone => index }
}

resource "aws_vpc" "this" {
  cidr_block           = var.cidr
  enable_dns_support   = true
  enable_dns_hostnames = true
  tags                 = { Name = var.name }
}

# Nothing may use the security group that AWS makes by itself: it would let its members reach each other.
resource "aws_default_security_group" "closed" {
  vpc_id = aws_vpc.this.id
}

resource "aws_internet_gateway" "this" {
  vpc_id = aws_vpc.this.id
  tags   = { Name = var.name }
}

resource "aws_subnet" "public" {
  for_each          = local.indexes
  vpc_id            = aws_vpc.this.id
  availability_zone = each.key
  cidr_block        = cidrsubnet(var.cidr, 5, each.value)
  tags              = { Name = "${var.name}-public-${each.key}" }
}

# The private ranges are the largest: with prefix delegation every node takes its addresses in blocks of sixteen.
resource "aws_subnet" "private" {
  for_each          = local.indexes
  vpc_id            = aws_vpc.this.id
  availability_zone = each.key
  cidr_block        = cidrsubnet(var.cidr, 3, each.value + 1)
  tags = {
    Name                                = "${var.name}-private-${each.key}"
    "kubernetes.io/role/internal-elb"   = "1"      # where the AWS Load Balancer Controller puts the load balancer
    "kubernetes.io/cluster/${var.name}" = "shared" #
    "karpenter.sh/discovery"            = var.name # where Karpenter puts nodes
  }
}

resource "aws_subnet" "data" {
  for_each          = local.indexes
  vpc_id            = aws_vpc.this.id
  availability_zone = each.key
  cidr_block        = cidrsubnet(var.cidr, 5, each.value + 28)
  tags              = { Name = "${var.name}-data-${each.key}" }
}

resource "aws_route_table" "public" {
  vpc_id = aws_vpc.this.id
  tags   = { Name = "${var.name}-public" }

  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.this.id
  }
}

resource "aws_route_table_association" "public" {
  for_each       = aws_subnet.public
  subnet_id      = each.value.id
  route_table_id = aws_route_table.public.id
}

resource "aws_route_table" "private" {
  for_each = local.indexes
  vpc_id   = aws_vpc.this.id
  tags     = { Name = "${var.name}-private-${each.key}" }

  route {
    cidr_block           = "0.0.0.0/0"
    nat_gateway_id       = local.instance ? null : aws_nat_gateway.this[contains(local.gateways, each.key) ? each.key : local.gateways[0]].id
    network_interface_id = local.instance ? aws_instance.nat[0].primary_network_interface_id : null
  }
}

resource "aws_route_table_association" "private" {
  for_each       = aws_subnet.private
  subnet_id      = each.value.id
  route_table_id = aws_route_table.private[each.key].id
}

# No route but the local one: what holds data reaches nothing outside.
resource "aws_route_table" "data" {
  vpc_id = aws_vpc.this.id
  tags   = { Name = "${var.name}-data" }
}

resource "aws_route_table_association" "data" {
  for_each       = aws_subnet.data
  subnet_id      = each.value.id
  route_table_id = aws_route_table.data.id
}

# Free, and images (ECR keeps its layers in S3) then do not pass the NAT, which costs by the gigabyte.
resource "aws_vpc_endpoint" "s3" {
  vpc_id            = aws_vpc.this.id
  service_name      = "com.amazonaws.${data.aws_region.this.region}.s3"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = [for table in aws_route_table.private : table.id]
}

data "aws_region" "this" {}

# Refused connections only: the accepted ones are most of the volume and say least.
resource "aws_flow_log" "rejected" {
  vpc_id               = aws_vpc.this.id
  traffic_type         = "REJECT"
  log_destination_type = "s3"
  log_destination      = "${var.flow_log_bucket_arn}/flow-logs/"
}
