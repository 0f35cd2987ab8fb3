"""Checks Kubernetes manifests by their form: manifests.py FOLDER. Prints the kinds that were looked at.

What a cluster's own schema says of a field's type is looked at for the few fields that are here; beyond it, what a schema
cannot know: that names refer to something, that nothing runs as root or can write where it should not, and that pods
come and go without a call being cut.
"""
import pathlib
import re
import sys

import yaml

API = {
    "Namespace": "v1", "PersistentVolumeClaim": "v1", "Service": "v1", "Deployment": "apps/v1",
    "PodDisruptionBudget": "policy/v1", "HorizontalPodAutoscaler": "autoscaling/v2",
    "NetworkPolicy": "networking.k8s.io/v1", "CronJob": "batch/v1",
}
POD = {"terminationGracePeriodSeconds", "automountServiceAccountToken", "securityContext", "topologySpreadConstraints",
       "affinity", "containers", "volumes", "restartPolicy"}
CONTAINER = {"name", "image", "args", "envFrom", "env", "ports", "readinessProbe", "livenessProbe", "resources",
             "securityContext", "volumeMounts", "lifecycle"}
SECRETS = {"phone-agent-keys", "phone-agent-tls"}  # made by hand, see kustomization.yaml
wrong = []


def need(thing, ok, what):
    if not ok:
        wrong.append(f"{thing['kind']} {thing['metadata']['name']}: {what}")


def pod_of(thing):
    if thing["kind"] == "Deployment":
        return thing["spec"]["template"]
    if thing["kind"] == "CronJob":
        return thing["spec"]["jobTemplate"]["spec"]["template"]
    return None


def ends_when_told(args):
    """The first process of a container gets no SIGTERM that it has not asked for, and a shell does not ask for it."""
    if pathlib.PurePath(args[0]).name not in {"sh", "dash", "bash", "ash"} or not re.search(r"\b(while|until|for)\b", args[-1]):
        return True
    before = re.split(r"\b(?:while|until|for)\b", args[-1])[0]
    return re.search(r"""\btrap +(?!-|''|"")[^;]*\b(SIG)?TERM\b""", before) is not None


def check_container(thing, container, volumes):
    name = container["name"]
    need(thing, not set(container) - CONTAINER, f"{name}: {set(container) - CONTAINER}")
    locked = container.get("securityContext", {})
    need(thing, locked.get("readOnlyRootFilesystem") is True, f"{name} can write where it runs")
    need(thing, locked.get("allowPrivilegeEscalation") is False, f"{name} can become more")
    need(thing, locked.get("capabilities", {}).get("drop") == ["ALL"], f"{name} has capabilities")
    need(thing, "memory" in container["resources"]["limits"], f"{name} has no bound of memory")
    need(thing, all(isinstance(a, str) for a in container["args"]), f"{name}: arguments are texts")
    need(thing, ends_when_told(container["args"]), f"{name}: a shell that does not trap TERM is killed when it is told to stop")
    for mount in container["volumeMounts"]:
        need(thing, mount["name"] in volumes, f"{name}: no volume {mount['name']}")
    for variable in container.get("env", []):
        need(thing, isinstance(variable.get("value", ""), str), f"{variable['name']} is no text")
    ports = {p["name"] for p in container.get("ports", [])}
    for probe in ("readinessProbe", "livenessProbe"):
        for how in ("httpGet", "tcpSocket"):
            port = container.get(probe, {}).get(how, {}).get("port")
            need(thing, port is None or port in ports, f"{name}: {probe} asks an unknown port {port}")
    asked = container.get("readinessProbe", {}).get("httpGet")
    need(thing, asked is None or asked["path"] == "/readyz", f"{name}: is not asked at /readyz whether it is ready")


def check_pod(thing, template, config_maps, claims):
    spec = template["spec"]
    need(thing, not set(spec) - POD, f"{set(spec) - POD}")
    need(thing, spec["securityContext"]["runAsNonRoot"] is True and spec["securityContext"]["runAsUser"] > 0, "runs as root")
    need(thing, spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, "has no seccomp profile")
    volumes = {v["name"] for v in spec["volumes"]}
    for volume in spec["volumes"]:
        if "configMap" in volume:
            need(thing, volume["configMap"]["name"] in config_maps, f"no ConfigMap {volume['configMap']['name']}")
        if "secret" in volume:
            need(thing, volume["secret"]["secretName"] in SECRETS, f"no Secret {volume['secret']['secretName']}")
        if "persistentVolumeClaim" in volume:
            need(thing, volume["persistentVolumeClaim"]["claimName"] in claims, "no such claim")
    for container in spec["containers"]:
        check_container(thing, container, volumes)


def main(folder):
    folder = pathlib.Path(folder)
    kustomization = yaml.safe_load((folder / "kustomization.yaml").read_text())
    things = []
    for resource in kustomization["resources"]:
        things += [t for t in yaml.safe_load_all((folder / resource).read_text()) if t]
    config_maps = {g["name"] for g in kustomization["configMapGenerator"]}
    for generator in kustomization["configMapGenerator"]:
        for file in generator["files"]:
            if not (folder / file).is_file():
                wrong.append(f"{generator['name']}: no file {file}")
    claims = {t["metadata"]["name"] for t in things if t["kind"] == "PersistentVolumeClaim"}
    labels = [pod_of(t)["metadata"]["labels"] for t in things if pod_of(t)]
    deployments = {t["metadata"]["name"]: t for t in things if t["kind"] == "Deployment"}
    budgets = [t["spec"]["selector"]["matchLabels"] for t in things if t["kind"] == "PodDisruptionBudget"]

    def selected(selector):
        return any(selector.items() <= l.items() for l in labels)

    for t in things:
        need(t, API.get(t["kind"]) == t["apiVersion"], f"apiVersion {t['apiVersion']}")
        spec = t.get("spec", {})
        if pod_of(t):
            check_pod(t, pod_of(t), config_maps, claims)
        if t["kind"] == "Deployment":
            own = pod_of(t)
            need(t, spec["selector"]["matchLabels"].items() <= own["metadata"]["labels"].items(), "selects others' pods")
            need(t, any(c.get("readinessProbe") for c in own["spec"]["containers"]), "is not asked whether it is ready")
            need(t, any(b.items() <= own["metadata"]["labels"].items() for b in budgets), "has no PodDisruptionBudget")
        if t["kind"] == "Service":
            need(t, selected(spec["selector"]), "selects nothing")
        if t["kind"] == "PodDisruptionBudget":
            need(t, selected(spec["selector"]["matchLabels"]), "selects nothing")
        if t["kind"] == "NetworkPolicy":
            need(t, selected(spec["podSelector"]["matchLabels"]), "selects nothing")
        if t["kind"] == "HorizontalPodAutoscaler":
            need(t, spec["scaleTargetRef"]["name"] in deployments, "scales nothing")
            need(t, spec["minReplicas"] <= spec["maxReplicas"], "the least is more than the most")
            target = deployments.get(spec["scaleTargetRef"]["name"], {"spec": {}})
            need(t, "replicas" not in target["spec"], "and the Deployment both say how many")
            # That the bridge serves it: tests/bridge/metrics_test.cpp.
            names = [m.get("pods", {}).get("metric", {}).get("name", "") for m in spec.get("metrics", [])]
            need(t, names and all(n.startswith("phone_agent_") for n in names), f"goes by no metric of the bridge: {names}")

    bridge = deployments["phone-agent-bridge"]["spec"]["template"]["spec"]
    container = next(c for c in bridge["containers"] if c["name"] == "bridge")
    need(deployments["phone-agent-bridge"], "httpGet" in container.get("readinessProbe", {}),
         "is not asked at /readyz whether it is ready")
    arguments = container["args"]
    drain = int(arguments[arguments.index("--drain-seconds") + 1])
    need(deployments["phone-agent-bridge"], drain < bridge["terminationGracePeriodSeconds"], "is killed while it drains")
    for line in wrong:
        print(line, file=sys.stderr)
    print(" ".join(sorted({t["kind"] for t in things})))
    return 1 if wrong else 0


sys.exit(main(sys.argv[1]))
