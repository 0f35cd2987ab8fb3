#!/bin/sh
# make check-manifests: the Kubernetes manifests, as kubectl puts them together, against the schemas of the API
# itself, which the package kubernetes-models of npm has; and that a wrong one would be found.
set -eu
cd "$(dirname "$0")/../.."
for program in kubectl node npm; do
    command -v "$program" >/dev/null 2>&1 || { echo "$program is not installed" >&2; exit 69; }
done
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
npm install --silent --no-audit --no-fund --prefix "$T" kubernetes-models@4 js-yaml@4 >"$T/npm.log" 2>&1 ||
    { tail -n 5 "$T/npm.log" >&2; exit 75; }
cat >"$T/validate.js" <<'JS'
const things = require("js-yaml").loadAll(require("fs").readFileSync(0, "utf8")).filter(Boolean);
let wrong = 0;
for (const thing of things) {
  const kind = require(`kubernetes-models/${thing.apiVersion}`)[thing.kind];
  try {
    new kind(thing).validate();
    console.log(`ok ${thing.kind} ${thing.metadata.name}`);
  } catch (error) {
    ++wrong;
    console.log(`wrong ${thing.kind} ${thing.metadata.name}: ${error.message}`);
  }
}
process.exit(wrong || !things.length ? 1 : 0);
JS
kubectl kustomize share/deploy/kubernetes >"$T/all.yaml"
node "$T/validate.js" <"$T/all.yaml"
if sed 's/minReplicas: [0-9]*/minReplicas: two/' "$T/all.yaml" | node "$T/validate.js" >"$T/wrong"; then
    echo "a wrong manifest was not found" >&2
    exit 1
fi
grep -q 'wrong HorizontalPodAutoscaler .*minReplicas' "$T/wrong"
