# How private machines reach the internet: a $3 machine that forwards, one NAT gateway, or one for each zone.
locals {
  gateways = {
    nat_instance         = []
    nat_gateway_single   = slice(var.zones, 0, 1)
    nat_gateway_per_zone = var.zones
  }[var.egress]
  instance = var.egress == "nat_instance"
}

# An address that stays when what holds it is replaced: others may have written it into their allow lists.
resource "aws_eip" "this" {
  for_each = toset(local.instance ? slice(var.zones, 0, 1) : local.gateways)
  domain   = "vpc"
  tags     = { Name = "${var.name}-nat-${each.key}" }
}

resource "aws_eip_association" "instance" {
  count         = local.instance ? 1 : 0
  allocation_id = aws_eip.this[var.zones[0]].id
  instance_id   = aws_instance.nat[0].id
}

resource "aws_nat_gateway" "this" {
  for_each      = toset(local.gateways)
  allocation_id = aws_eip.this[each.key].id
  subnet_id     = aws_subnet.public[each.key].id
  tags          = { Name = "${var.name}-${each.key}" }
  depends_on    = [aws_internet_gateway.this]
}

data "aws_ssm_parameter" "image" {
  count = local.instance ? 1 : 0
  name  = "/aws/service/ami-amazon-linux-latest/al2023-ami-minimal-kernel-default-arm64"
}

resource "aws_security_group" "nat" {
  count       = local.instance ? 1 : 0
  name        = "${var.name}-nat"
  description = "The NAT instance: anything from the private subnets, anything out"
  vpc_id      = aws_vpc.this.id
}

resource "aws_vpc_security_group_ingress_rule" "nat" {
  for_each          = local.instance ? aws_subnet.private : {}
  security_group_id = aws_security_group.nat[0].id
  description       = "From the private subnet ${each.key}"
  cidr_ipv4         = each.value.cidr_block
  ip_protocol       = "-1"
}

resource "aws_vpc_security_group_egress_rule" "nat" {
  count             = local.instance ? 1 : 0
  security_group_id = aws_security_group.nat[0].id
  description       = "To the internet: that is what it is for"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "-1"
}

resource "aws_iam_role" "nat" {
  count                = local.instance ? 1 : 0
  name                 = "${var.name}-nat"
  permissions_boundary = var.permissions_boundary
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

# Session Manager instead of SSH; it is also the way to the private API of the cluster.
resource "aws_iam_role_policy_attachment" "nat" {
  count      = local.instance ? 1 : 0
  role       = aws_iam_role.nat[0].name
  policy_arn = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
}

resource "aws_iam_instance_profile" "nat" {
  count = local.instance ? 1 : 0
  name  = "${var.name}-nat"
  role  = aws_iam_role.nat[0].name
}

resource "aws_instance" "nat" {
  count                       = local.instance ? 1 : 0
  ami                         = data.aws_ssm_parameter.image[0].value
  instance_type               = "t4g.nano"
  subnet_id                   = aws_subnet.public[var.zones[0]].id
  vpc_security_group_ids      = [aws_security_group.nat[0].id]
  iam_instance_profile        = aws_iam_instance_profile.nat[0].name
  associate_public_ip_address = false # the elastic address above
  source_dest_check           = false # it forwards packets that are not its own
  monitoring                  = true
  ebs_optimized               = true

  metadata_options {
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  root_block_device {
    volume_type = "gp3"
    volume_size = 8
    encrypted   = true
  }

  user_data_replace_on_change = true
  user_data                   = <<-SHELL
    #!/bin/bash
    set -euo pipefail
    sysctl -w net.ipv4.ip_forward=1 | tee /etc/sysctl.d/90-nat.conf
    dnf install -y nftables amazon-ssm-agent
    device=$(ip -o route show default | awk '{print $5; exit}')
    cat >/etc/sysconfig/nftables.conf <<NFT
    table ip nat {
      chain postrouting {
        type nat hook postrouting priority 100;
        oifname "$device" masquerade
      }
    }
    NFT
    systemctl enable --now nftables amazon-ssm-agent
  SHELL

  lifecycle {
    # A newer image must not replace the way out during an unrelated apply; `terraform apply -replace` does.
    ignore_changes = [ami]
  }

  tags = { Name = "${var.name}-nat" }
}
