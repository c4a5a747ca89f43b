"""Reading the plans that scripts/infra/dry-run leaves: PLANS/<profile>/<stack>.plan.json."""

import json
import pathlib


def modules(module):
    yield module
    for child in module.get("child_modules", []):
        yield from modules(child)


def plans(folder):
    """(profile, stack, plan) of every plan."""
    for file in sorted(pathlib.Path(folder).glob("*/*.plan.json")):
        yield file.parent.name, file.name.removesuffix(".plan.json"), json.loads(file.read_text())


def resources(folder):
    """(profile, stack, resource) of everything that the plans say is there."""
    for profile, stack, plan in plans(folder):
        for module in modules(plan["planned_values"].get("root_module", {})):
            for resource in module.get("resources", []):
                if resource["mode"] == "managed":
                    yield profile, stack, resource


def policies_of(resource):
    """(attribute, policy, "identity" | "trust" | "resource") of every IAM policy in a resource."""
    for attribute, kind in (("policy", None), ("assume_role_policy", "trust"), ("policy_document", "resource")):
        text = resource["values"].get(attribute)
        if isinstance(text, str) and '"Statement"' in text:
            identity = resource["type"] in ("aws_iam_policy", "aws_iam_role_policy")
            yield attribute, json.loads(text), kind or ("identity" if identity else "resource")
