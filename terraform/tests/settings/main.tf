# The settings of a profile and nothing else: without a provider, every wrong value is tried in a moment. The stacks link to
# the same file.
terraform {
  required_version = ">= 1.11"
}
