use dojob_auth::{
    AccountDeletionCancelled, AccountDeletionScheduled, AccountErasureRequested, AccountRegistered, AgeBand,
    AllDeviceSessionsRevoked, Cause, ConsentChanged, DeviceSessionRevoked, DeviceSessionStarted, Doc, FIELDS,
    Granted, IdentityLinked, IdentityUnlinked, Locale, MailKind, MailRequested, MayActChanged, PROBLEMS,
    PasswordChanged, Provider, TOPICS,
};
use testkit::contracts::{Promises, same, same_samples, same_service, sample};
use uuid::Uuid;

use crate::{VERSION, start};

#[tokio::test]
async fn the_http_contract_is_as_published() {
    let app = start().await;
    let text = serde_json::to_string_pretty(&app.service.mounts[0].openapi()).unwrap();
    same("openapi/auth.json", &format!("{text}\n"));
}

#[tokio::test]
async fn topics_and_consumers_are_as_published() {
    same_service(&Promises {
        service: "auth",
        mounts: dojob_auth::MOUNTS,
        topics: TOPICS,
        consumers: &start().await.service.consumers,
        problems: PROBLEMS,
        fields: FIELDS,
        keys: Vec::new(),
    });
}

#[test]
fn the_events_are_as_published() {
    let account_id = Uuid::from_u128(0x0193_7a4b_0000_7000_8000_0000_0000_0001);
    let device_session_id = Uuid::from_u128(0x0193_7a4b_0000_7000_8000_0000_0000_0002);
    let granted =
        |docs: &[Doc]| docs.iter().map(|d| Granted { doc: *d, version: VERSION.to_owned() }).collect();
    let registered =
        |locale, age_band, consents| AccountRegistered { account_id, locale, age_band, consents, version: 1 };
    let started =
        |first, known, version| DeviceSessionStarted { account_id, device_session_id, first, known, version };
    let revoked =
        |cause, too_many| DeviceSessionRevoked { account_id, device_session_id, cause, too_many, version: 8 };
    let news = |granted, sequence| ConsentChanged {
        account_id,
        doc: Doc::News,
        version: VERSION.to_owned(),
        granted,
        sequence,
    };
    let mut samples = vec![
        sample(
            "adult",
            &registered(Locale::Ko, AgeBand::From25, granted(&[Doc::Terms, Doc::Privacy, Doc::News])),
        ),
        sample("minor", &registered(Locale::En, AgeBand::From14, granted(&[Doc::Terms, Doc::Privacy]))),
        sample("changed", &PasswordChanged { account_id, version: 7 }),
        sample("kakao", &IdentityLinked { account_id, provider: Provider::Kakao, version: 9 }),
        sample("apple", &IdentityUnlinked { account_id, provider: Provider::Apple, version: 10 }),
        sample("too_young", &MayActChanged { account_id, may_act: false, version: 14 }),
        sample("old_enough", &MayActChanged { account_id, may_act: true, version: 15 }),
        sample("granted", &news(true, 3)),
        sample("withdrawn", &news(false, 4)),
        sample("first", &started(true, false, 2)),
        sample("again", &started(false, false, 5)),
        sample("known", &started(false, true, 6)),
        sample(
            "all",
            &AllDeviceSessionsRevoked {
                account_id,
                device_session_ids: vec![device_session_id],
                cause: Cause::LogoutAll,
                version: 12,
            },
        ),
    ];
    for (name, cause) in [
        ("logout", Cause::Logout),
        ("device_removed", Cause::DeviceRemoved),
        ("password_changed", Cause::PasswordChanged),
        ("reuse", Cause::Reuse),
    ] {
        samples.push(sample(name, &revoked(cause, false)));
    }
    let by_reset = AllDeviceSessionsRevoked {
        account_id,
        device_session_ids: vec![device_session_id],
        cause: Cause::PasswordChanged,
        version: 13,
    };
    samples.push(sample("by_reset", &by_reset));
    let erase_at = "2026-12-20T03:00:00Z".parse().unwrap();
    samples.push(sample("asked", &AccountDeletionScheduled { account_id, erase_at, version: 14 }));
    samples.push(sample("kept", &AccountDeletionCancelled { account_id, version: 15 }));
    // Of somebody else: consumers are told all samples, and of this one they hear nothing afterwards.
    let account_id = Uuid::from_u128(0x0193_7a4b_0000_7000_8000_0000_0000_0009);
    samples.push(sample("over", &AccountErasureRequested { account_id, version: 16 }));
    let mail_id = Uuid::from_u128(0x0193_7a4b_0000_7000_8000_0000_0000_0003);
    for kind in MailKind::ALL {
        let name = serde_json::to_value(kind).unwrap();
        samples.push(sample(name.as_str().unwrap(), &MailRequested { mail_id, kind, sequence: 1 }));
    }
    samples.push(sample("too_many", &revoked(Cause::DeviceRemoved, true)));
    same_samples("auth", &samples);
}
