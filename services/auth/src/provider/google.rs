//! Google. Its `id_token` tells everything. It refuses to be shown inside the browsers of other apps (KakaoTalk, Naver,
//! Instagram), which the web finds out before it sends anybody there.

use super::facts::{Facts, of_id_token};

pub(super) const FACTS: Facts = Facts {
    issuer: "https://accounts.google.com",
    scope: "openid email profile",
    form_post: false,
    again: Some(("prompt", "login")),
    profile: None,
    read_profile: |said, _none| Ok(of_id_token(said)),
};
