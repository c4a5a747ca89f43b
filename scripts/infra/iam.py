"""Every IAM policy of the plans passes parliament, and the rules of our own that no linter knows.

Run with parliament's Python: iam.py PLANS
"""

import fnmatch
import json
import re
import sys

import parliament

from plan import resources, policies_of

errors, count = [], 0
# Resource "*" is for actions that know no resource. Which they are is parliament's knowledge; who may use them is ours.
STAR = {
    "Traces", "Look", "SignIn", "QuestionsThatNameNoResource",
}
# Conditions that AWS documents and parliament's data does not have.
KNOWN = ("elasticloadbalancing:CreateAction",)



def covers(resource, form):
    """Whether an ARN of a policy is of the form that an action asks for."""
    if resource.startswith("arn:aws:ssm:") and "::parameter/aws/service/" in resource:
        return form.endswith(":parameter/*")  # AWS's own parameters belong to no account
    return fnmatch.fnmatchcase(resource.replace("*", "x"), form)


def explained(finding, policy):
    """parliament looks at one statement at a time. An action on several kinds of resource, of which only some carry a tag
    that can be asked for, needs several: what one leaves open another must close. Of load balancers we make only ALBs."""
    if finding.issue == "UNKNOWN_CONDITION_FOR_ACTION":
        return any(key in str(finding.detail) for key in KNOWN)
    if finding.issue != "RESOURCE_MISMATCH":
        return False
    for gap in finding.detail:
        targets = [
            target
            for statement in policy["Statement"]
            if statement["Effect"] == "Allow" and gap["action"] in ([statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"])
            for target in ([statement["Resource"]] if isinstance(statement["Resource"], str) else statement["Resource"])
        ]
        forms = {gap["required_format"], gap["required_format"].replace("/net/", "/app/").replace("/gwy/", "/app/")}
        if not any(covers(target, form) for target in targets for form in forms):
            return False
    return True


def real(text):
    """The stand-in makes ARNs up; those that policies are about get the form that AWS gives them."""
    made_up = r"arn:aws:\w[\w-]*:[\w-]*:000000000000:"
    text = re.sub(rf"(arn:aws:kafka:[\w-]+:\d+:[a-z-]+)/{made_up}aws_msk_cluster/\w+", r"\1/dojob/00000000-0000-0000-0000-000000000000-1", text)
    for kind, form in (("aws_kms_key", "kms:ap-northeast-2:123456789012:key"), ("aws_cognito_user_pool", "cognito-idp:ap-northeast-2:123456789012:userpool")):
        text = re.sub(rf"{made_up}{kind}/", f"arn:aws:{form}/", text)
    return text


for profile, stack, resource in resources(sys.argv[1]):
    for attribute, policy, kind in policies_of(resource):
        policy = json.loads(real(json.dumps(policy)))
        count += 1
        where = f"{profile}/{stack} {resource['address']} {attribute}"
        for statement in policy["Statement"]:
            actions = statement.get("Action", [])
            actions = [actions] if isinstance(actions, str) else actions
            targets = statement.get("Resource", [])
            targets = [targets] if isinstance(targets, str) else targets
            name = statement.get("Sid", "without a Sid")
            if statement["Effect"] == "Allow" and "*" in actions:
                errors.append(f"{where}: {name} allows every action")
            if kind == "identity" and statement["Effect"] == "Allow" and "*" in targets and name not in STAR:
                errors.append(f"{where}: {name} is for every resource")
            if "NotAction" in statement or "NotResource" in statement or "NotPrincipal" in statement:
                errors.append(f"{where}: {name} says what is not meant")
            principal = statement.get("Principal")
            if statement["Effect"] == "Allow" and (principal == "*" or (isinstance(principal, dict) and "*" in principal.values())):
                errors.append(f"{where}: {name} is for everybody")
            federated = principal.get("Federated", "") if isinstance(principal, dict) else ""
            if "token.actions.githubusercontent.com" in federated:
                equals = statement.get("Condition", {}).get("StringEquals", {})
                for claim in ("aud", "sub", "repository_id", "environment"):
                    if not equals.get(f"token.actions.githubusercontent.com:{claim}"):
                        errors.append(f"{where}: a workflow is not asked for its {claim}")
                if "*" in json.dumps(equals):
                    errors.append(f"{where}: a claim with a star")
            elif federated:
                equals = statement.get("Condition", {}).get("StringEquals", {})
                if not any(key.endswith(":sub") for key in equals) or not any(key.endswith(":aud") for key in equals):
                    errors.append(f"{where}: a token of any service account will do")
        if kind == "identity":
            analyzed = parliament.analyze_policy_string(json.dumps(policy))
            for finding in analyzed.findings:
                # The boundary bounds: what its list of resources leaves out is refused, and that is its purpose.
                bounds = resource["type"] == "aws_iam_policy" and finding.issue == "RESOURCE_MISMATCH"
                if not bounds and not explained(finding, policy):
                    errors.append(f"{where}: {finding.issue}: {finding.detail or finding.location}")

print("\n".join(sorted(set(errors))))
print(f"summary: {count} policies")
if count < 60:
    sys.exit("fewer than 60 policies: the plans do not hold what they should")
sys.exit(bool(errors))
