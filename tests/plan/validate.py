"""validate.py SCHEMA FILE...: prints the names of the YAML files that the JSON Schema accepts; 77: cannot tell here."""
import json
import os
import sys

try:
    import jsonschema
    import yaml
except ImportError:
    sys.exit(77)


class Loader(yaml.SafeLoader):
    """YAML 1.2 in what matters: no, on and off are text."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in rows if tag != "tag:yaml.org,2002:bool"]
    for first, rows in yaml.SafeLoader.yaml_implicit_resolvers.items()
}

with open(sys.argv[1], encoding="utf-8") as f:
    schema = json.load(f)
jsonschema.Draft7Validator.check_schema(schema)
validator = jsonschema.Draft7Validator(schema)
for path in sys.argv[2:]:
    try:
        with open(path, encoding="utf-8-sig") as f:
            right = validator.is_valid(yaml.load(f, Loader))
    except (yaml.YAMLError, UnicodeDecodeError):
        right = False
    if right:
        print(os.path.basename(path))
