//! What a cluster is told of a roll-out: the Ingress, the Deployments and their settings, as kustomize renders them.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::{Context, bail, ensure};
use balancer::{Algorithm, Group, HealthCheck, Rule, Table};
use cluster::{Rolling, SERVICES};
use serde::Deserialize;
use serde_json::Value;

/// The documents of an overlay.
pub struct Manifests {
    documents: Vec<Value>,
    /// Every time that draining takes is none.
    drains: bool,
}

/// What is told to the four services alike.
pub struct Settings {
    pub processes: usize,
    pub deregistration: Duration,
    pub patience: Duration,
    pub pool: String,
}

impl Manifests {
    /// Builds an overlay of `deploy/apps/overlays`.
    ///
    /// # Errors
    /// There is no such overlay, or neither kustomize nor kubectl.
    pub fn of_overlay(name: &str) -> anyhow::Result<Self> {
        let directory = PathBuf::from("deploy/apps/overlays").join(name);
        ensure!(
            directory.is_dir(),
            "there is no {}: run from the root of the repository",
            directory.display()
        );
        for words in [["kustomize", "build"], ["kubectl", "kustomize"]] {
            let [tool, word] = words;
            match Command::new(tool).arg(word).arg(&directory).output() {
                Ok(built) if built.status.success() => return Self::of(&String::from_utf8(built.stdout)?),
                Ok(built) => bail!("{}: {}", directory.display(), String::from_utf8_lossy(&built.stderr)),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => return Err(error.into()),
            }
        }
        bail!(
            "neither kustomize nor kubectl is installed: give a file that one of them rendered (--manifests FILE)"
        )
    }

    /// Reads what was rendered elsewhere.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn of_file(file: &Path) -> anyhow::Result<Self> {
        Self::of(&fs::read_to_string(file).with_context(|| file.display().to_string())?)
    }

    fn of(text: &str) -> anyhow::Result<Self> {
        let documents = serde_norway::Deserializer::from_str(text).map(Value::deserialize);
        let documents: Vec<_> = documents.collect::<Result<_, _>>()?;
        Ok(Self { documents, drains: true })
    }

    /// Takes away everything that lets a process finish what it has begun.
    pub fn drain_nothing(&mut self) {
        self.drains = false;
    }

    fn drain(&self, time: Duration) -> Duration {
        if self.drains { time } else { Duration::ZERO }
    }

    fn of_kind(&self, kind: &'static str) -> impl Iterator<Item = &Value> {
        self.documents.iter().filter(move |document| document["kind"] == kind)
    }

    fn named(&self, kind: &'static str, name: &str) -> anyhow::Result<&Value> {
        let found = self.of_kind(kind).find(|document| document["metadata"]["name"] == name);
        found.with_context(|| format!("there is no {kind} {name}"))
    }

    /// The balancer that the Ingress asks for, with nobody in its groups.
    ///
    /// # Errors
    /// There is no Ingress, or something in it is not understood.
    pub fn table(&self) -> anyhow::Result<Table> {
        let ingress =
            self.of_kind("Ingress").next().context("there is no Ingress: take seed, launch or scale")?;
        let mut rules = Vec::new();
        for rule in list(ingress, "/spec/rules")? {
            for path in list(rule, "/http/paths")? {
                let pattern = word(path, "/path")?;
                let paths = match word(path, "/pathType")? {
                    "Exact" | "ImplementationSpecific" => vec![pattern.to_owned()],
                    "Prefix" => vec![pattern.to_owned(), format!("{}/*", pattern.trim_end_matches('/'))],
                    other => bail!("what is a path of type {other}?"),
                };
                rules.push(Rule { paths, group: word(path, "/backend/service/name")?.to_owned() });
            }
        }
        let annotation = |name: &str| {
            let name = format!("alb.ingress.kubernetes.io/{name}");
            ingress["metadata"]["annotations"][&name]
                .as_str()
                .with_context(|| format!("the Ingress lacks {name}"))
        };
        let health = HealthCheck {
            path: annotation("healthcheck-path")?.to_owned(),
            interval: seconds(annotation("healthcheck-interval-seconds")?)?,
            timeout: seconds(annotation("healthcheck-timeout-seconds")?)?,
            healthy: annotation("healthy-threshold-count")?.parse()?,
            unhealthy: annotation("unhealthy-threshold-count")?.parse()?,
            success: annotation("success-codes")?.split(',').map(range).collect::<Result<_, _>>()?,
        };
        let attributes = annotation("target-group-attributes")?.split(',');
        let attributes: BTreeMap<_, _> = attributes.filter_map(|pair| pair.split_once('=')).collect();
        let of_group = |name: &str| {
            attributes.get(name).copied().with_context(|| format!("the target groups are not told {name}"))
        };
        let algorithm = match of_group("load_balancing.algorithm.type")? {
            "round_robin" => Algorithm::RoundRobin,
            "least_outstanding_requests" => Algorithm::LeastOutstandingRequests,
            other => bail!("the local balancer cannot do {other}"),
        };
        let group = Group {
            health,
            algorithm,
            // The controller's time is in `Rolling::lag`.
            registration: Duration::ZERO,
            deregistration: self.drain(seconds(of_group("deregistration_delay.timeout_seconds")?)?),
            targets: Vec::new(),
        };
        let groups = rules.iter().map(|rule| (rule.group.clone(), group.clone())).collect();
        Ok(Table {
            rules,
            default: None,
            groups,
            idle: self.idle()?,
            connect: Duration::from_secs(10),
            // An ALB promises none.
            second_chance: false,
        })
    }

    fn idle(&self) -> anyhow::Result<Duration> {
        let class = self.of_kind("IngressClassParams").next().context("there are no IngressClassParams")?;
        let attributes = list(class, "/spec/loadBalancerAttributes")?;
        let idle = attributes.iter().find(|attribute| attribute["key"] == "idle_timeout.timeout_seconds");
        seconds(word(idle.context("the balancer is told no idle time-out")?, "/value")?)
    }

    /// What is told to the services, and how many processes each has at least.
    ///
    /// # Errors
    /// Something is missing, or differs from one service to another where the local cluster knows one value.
    pub fn settings(&self) -> anyhow::Result<Settings> {
        let mut all = Vec::new();
        for (service, _) in SERVICES {
            let deployment = self.named("Deployment", service)?;
            let map = word(container(deployment)?, "/envFrom/0/configMapRef/name")?;
            all.push((self.replicas(service)?, &self.named("ConfigMap", map)?["data"]));
        }
        let (processes, data) = *all.first().context("there are services")?;
        ensure!(
            all.iter().all(|other| *other == (processes, data)),
            "the services differ in number or settings: the local cluster runs all alike"
        );
        let of_service = |name: &str| word(data, &format!("/{name}"));
        Ok(Settings {
            processes,
            deregistration: self.drain(seconds(of_service("DOJOB_DEREGISTRATION_SECONDS")?)?),
            patience: self.drain(seconds(of_service("DOJOB_PATIENCE_SECONDS")?)?),
            pool: of_service("DOJOB_POOL_MAX")?.to_owned(),
        })
    }

    /// How many pods a service has while nothing asks for more.
    fn replicas(&self, service: &str) -> anyhow::Result<usize> {
        let is_its = |document: &&Value| document["spec"]["scaleTargetRef"]["name"] == service;
        let least = match (
            self.of_kind("HorizontalPodAutoscaler").find(is_its),
            self.of_kind("ScaledObject").find(is_its),
        ) {
            (Some(scaler), _) => &scaler["spec"]["minReplicas"],
            (_, Some(scaler)) => &scaler["spec"]["minReplicaCount"],
            _ => &self.named("Deployment", service)?["spec"]["replicas"],
        };
        Ok(usize::try_from(least.as_u64().unwrap_or(1))?)
    }

    /// How a service's Deployment replaces its pods. `lag`: what its balancer's controller takes.
    ///
    /// # Errors
    /// There is no such Deployment, or it lacks something.
    pub fn rolling(&self, service: &str, lag: Duration) -> anyhow::Result<Rolling> {
        let deployment = self.named("Deployment", service)?;
        let (pods, container) = (self.replicas(service)?, container(deployment)?);
        let strategy = &deployment["spec"]["strategy"]["rollingUpdate"];
        let probe = &container["readinessProbe"];
        let second = |value: &Value, or: u64| Duration::from_secs(value.as_u64().unwrap_or(or));
        // Where nothing is set, Kubernetes' own values.
        Ok(Rolling {
            surge: share(&strategy["maxSurge"], pods, usize::div_ceil)?,
            unavailable: share(&strategy["maxUnavailable"], pods, |a, b| a / b)?,
            readiness: HealthCheck {
                path: word(probe, "/httpGet/path")?.to_owned(),
                interval: second(&probe["periodSeconds"], 10),
                timeout: second(&probe["timeoutSeconds"], 1),
                healthy: u32::try_from(probe["successThreshold"].as_u64().unwrap_or(1))?,
                ..HealthCheck::default()
            },
            pre_stop: self.drain(second(&container["lifecycle"]["preStop"]["sleep"]["seconds"], 0)),
            grace: second(&deployment["spec"]["template"]["spec"]["terminationGracePeriodSeconds"], 30),
            lag,
        })
    }
}

fn container(deployment: &Value) -> anyhow::Result<&Value> {
    list(deployment, "/spec/template/spec/containers")?.first().context("a pod has a container")
}

fn list<'a>(value: &'a Value, pointer: &str) -> anyhow::Result<&'a Vec<Value>> {
    value.pointer(pointer).and_then(Value::as_array).with_context(|| format!("{pointer} is missing"))
}

fn word<'a>(value: &'a Value, pointer: &str) -> anyhow::Result<&'a str> {
    value.pointer(pointer).and_then(Value::as_str).with_context(|| format!("{pointer} is missing"))
}

fn seconds(text: &str) -> anyhow::Result<Duration> {
    Ok(Duration::from_secs(text.parse().with_context(|| format!("'{text}' is no number of seconds"))?))
}

/// `200` or `200-299`.
fn range(text: &str) -> anyhow::Result<[u16; 2]> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    Ok([first.parse()?, last.parse()?])
}

/// A number of pods, or a percentage of them; a quarter when nothing is set.
fn share(value: &Value, pods: usize, round: fn(usize, usize) -> usize) -> anyhow::Result<usize> {
    match value {
        Value::Number(number) => Ok(usize::try_from(number.as_u64().context("a number of pods")?)?),
        Value::Null => Ok(round(pods * 25, 100)),
        Value::String(percent) => {
            let percent: usize = percent.strip_suffix('%').context("a percentage ends with %")?.parse()?;
            Ok(round(pods * percent, 100))
        }
        other => bail!("{other} is no number of pods"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{range, share};

    #[test]
    fn pods_are_a_number_or_a_share_that_is_rounded_for_the_rollout() {
        let both = |value: &serde_json::Value| {
            (share(value, 3, usize::div_ceil).unwrap(), share(value, 3, |a, b| a / b).unwrap())
        };
        assert_eq!(both(&json!(1)), (1, 1));
        assert_eq!(both(&json!("50%")), (2, 1));
        assert_eq!(both(&json!(null)), (1, 0));
        assert!(share(&json!("half"), 3, usize::div_ceil).is_err());
    }

    #[test]
    fn codes_are_single_or_a_range() {
        assert_eq!(range("204").unwrap(), [204, 204]);
        assert_eq!(range("200-299").unwrap(), [200, 299]);
        assert!(range("all").is_err());
    }
}
