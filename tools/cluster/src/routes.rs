//! Who serves which paths: what the balancer is told, from what the services say.

use std::time::Duration;

use balancer::{Algorithm, Group, HealthCheck, Rule, Table};

/// The services and the paths they serve.
pub const SERVICES: [(&str, &[&str]); 4] = [
    ("core", dojob_core::MOUNTS),
    ("auth", dojob_auth::MOUNTS),
    ("notify-address", dojob_notify_address::MOUNTS),
    ("chat", dojob_chat::MOUNTS),
];

/// The web front, which serves the rest.
pub const FRONT: &str = "front";

/// The pages of the mailbox in which all mail of a cluster ends; no cloud has it.
pub const MAILBOX: &str = "mailbox";

/// A table with the mailbox's pages besides.
pub fn with_mailbox(mut table: Table) -> Table {
    let health = HealthCheck { interval: Duration::from_millis(500), healthy: 1, ..HealthCheck::default() };
    let group = Group {
        health,
        algorithm: Algorithm::default(),
        registration: Duration::ZERO,
        deregistration: Duration::ZERO,
        targets: Vec::new(),
    };
    table.groups.insert(MAILBOX.to_owned(), group);
    let paths = vec!["/dev/mail".to_owned(), "/dev/mail.json".to_owned(), "/dev/mail/*".to_owned()];
    table.rules.insert(0, Rule { paths, group: MAILBOX.to_owned() });
    table
}

/// What services reach in the cluster's own network, and nobody from outside.
pub fn inside() -> Vec<Rule> {
    vec![Rule { paths: vec![format!("{}/*", dojob_auth::INTERNAL)], group: "auth".to_owned() }]
}

/// The balancer's table, with nobody in its groups yet.
pub fn table(health: &HealthCheck, deregistration: Duration) -> Table {
    let group = Group {
        health: health.clone(),
        algorithm: Algorithm::default(),
        registration: Duration::ZERO,
        deregistration,
        targets: Vec::new(),
    };
    let rule = |mount: &&str, service: &str| Rule {
        // Two, as a balancer knows no segments: `/api/core*` would take `/api/corex` too.
        paths: vec![(*mount).to_owned(), format!("{mount}/*")],
        group: service.to_owned(),
    };
    Table {
        rules: SERVICES
            .iter()
            .flat_map(|(service, mounts)| mounts.iter().map(move |mount| rule(mount, service)))
            .collect(),
        default: Some(FRONT.to_owned()),
        groups: SERVICES
            .iter()
            .map(|(service, _)| *service)
            .chain([FRONT])
            .map(|name| (name.to_owned(), group.clone()))
            .collect(),
        idle: Duration::from_mins(1),
        connect: Duration::from_secs(10),
        second_chance: true,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use balancer::HealthCheck;

    use super::table;

    #[test]
    fn every_mount_leads_to_its_service_and_the_rest_to_the_front() {
        let table = table(&HealthCheck::default(), Duration::ZERO);
        for (path, group) in [
            ("/api/core", "core"),
            ("/api/auth/jwks.json", "auth"),
            ("/api/notifications", "notify-address"),
            ("/api/addresses/regions", "notify-address"),
            ("/api/chat/ws", "chat"),
            ("/api/corex", "front"),
            // Nobody outside asks what services ask one another.
            ("/internal/auth/mails/1", "front"),
            ("/", "front"),
        ] {
            assert_eq!(table.group_of(path), Some(group), "{path}");
        }
    }

    #[test]
    fn every_path_that_the_ingress_is_asked_for_goes_to_the_same_service_here() {
        let table = table(&HealthCheck::default(), Duration::ZERO);
        let paths = include_str!("../../../deploy/tests/paths.tsv");
        let paths: Vec<_> = paths.lines().filter_map(|line| line.split_once('\t')).collect();
        assert!(paths.len() >= 60, "{} paths", paths.len());
        for (path, service) in paths {
            // Of what is no service's, the cluster on one computer makes the front's.
            let group = if service == "-" { "front" } else { service };
            assert_eq!(table.group_of(path), Some(group), "{path}");
        }
    }
}
