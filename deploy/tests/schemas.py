"""Every document against the schema of its kind, unknown fields refused, for three versions of Kubernetes."""

import json

import jsonschema
import kubernetes_validate
from render import DEPLOY, name

VERSIONS = ("1.34", "1.35", "1.36")


def strict(schema):
    """Refuse unknown fields: the API server would drop them without a word."""
    if isinstance(schema, dict):
        if "properties" in schema and not schema.get("x-kubernetes-preserve-unknown-fields"):
            schema.setdefault("additionalProperties", False)
        if schema.get("x-kubernetes-int-or-string"):
            schema.pop("type", None)
        for value in schema.values():
            strict(value)
    elif isinstance(schema, list):
        for value in schema:
            strict(value)


def custom():
    stored = json.loads((DEPLOY / "tests/schemas/custom-resources.json").read_text())
    for definition in stored["$defs"].values():
        strict(definition)
    found = {}
    for kind in stored["kinds"]:
        strict(kind["schema"]["properties"].get("spec", {}))
        schema = {**kind["schema"], "$defs": stored["$defs"]}
        found[f"{kind['group']}/{kind['version']}", kind["kind"]] = jsonschema.Draft202012Validator(schema)
    return found


def check(built):
    problems, validators = [], custom()
    unique = {json.dumps(doc, sort_keys=True): (where, doc) for where, docs in built.items() for doc in docs}
    for where, doc in unique.values():
        validator = validators.get((doc["apiVersion"], doc["kind"]))
        if validator:
            problems += [f"{where} {name(doc)}: {e.json_path}: {e.message[:160]}" for e in validator.iter_errors(doc)]
            continue
        for version in VERSIONS:
            try:
                kubernetes_validate.validate(doc, version, strict=True)
            except kubernetes_validate.ValidationError as e:
                problems.append(f"{where} {name(doc)} ({version}): {'.'.join(map(str, e.path))}: {e.message[:160]}")
            except Exception as e:  # noqa: BLE001 -- a kind without a schema is a problem, whatever says so
                problems.append(f"{where} {name(doc)}: no schema ({version}): {e}")
    return problems
