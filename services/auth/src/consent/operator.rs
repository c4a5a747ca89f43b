//! Who runs the service: what the law wants every text to say, and the program cannot know.

use common::config::Env;

use crate::age::LeastAge;

/// Who runs the service, in words for its members.
#[derive(Clone, Debug)]
pub struct Operator {
    pub name: String,
    pub address: String,
    /// Telephone, e-mail.
    pub contact: String,
    /// 개인정보 보호책임자: name, and how to reach them.
    pub privacy_officer: String,
    /// Who processes data on the operator's behalf, and what.
    pub processors: String,
}

impl Default for Operator {
    /// On a machine of one's own.
    fn default() -> Self {
        let nobody = "이 컴퓨터에서 두잡을 실행한 사람";
        Self {
            name: nobody.to_owned(),
            address: "이 컴퓨터".to_owned(),
            contact: "없음".to_owned(),
            privacy_officer: nobody.to_owned(),
            processors: "없음".to_owned(),
        }
    }
}

/// Of an operator who has Terraform's cloud.
const PROCESSORS: &str = "Amazon Web Services (서울 리전: 서버, 데이터베이스, 메일 발송)";

impl Operator {
    /// Reads who it is. Production does not start without.
    pub(crate) fn read(env: &Env) -> Self {
        let own = Self::default();
        let must = |name, default: String, meaning| env.get_in_development(name, default, meaning);
        let processors = if env.production() { PROCESSORS.to_owned() } else { own.processors };
        Self {
            name: must("DOJOB_OPERATOR_NAME", own.name, "who runs the service, as the legal texts say it"),
            address: must("DOJOB_OPERATOR_ADDRESS", own.address, "the operator's postal address"),
            contact: must("DOJOB_OPERATOR_CONTACT", own.contact, "the operator's telephone and e-mail"),
            privacy_officer: must(
                "DOJOB_PRIVACY_OFFICER",
                own.privacy_officer,
                "개인정보 보호책임자: name, telephone, e-mail",
            ),
            processors: env.get(
                "DOJOB_OPERATOR_PROCESSORS",
                processors,
                "who processes personal data on the operator's behalf, and what",
            ),
        }
    }

    /// A text of the documents with its blanks filled in.
    pub(crate) fn fill(&self, text: &str, least_age: LeastAge) -> String {
        text.replace("{operator}", &self.name)
            .replace("{operator_address}", &self.address)
            .replace("{operator_contact}", &self.contact)
            .replace("{privacy_officer}", &self.privacy_officer)
            .replace("{processors}", &self.processors)
            .replace("{least_age}", &least_age.years().to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn production_says_who_runs_it() {
        let env = Env::of(&[("DOJOB_ENV", "production")]);
        let operator = Operator::read(&env);
        let words = env.done().unwrap_err().to_string();
        for name in [
            "DOJOB_OPERATOR_NAME",
            "DOJOB_OPERATOR_ADDRESS",
            "DOJOB_OPERATOR_CONTACT",
            "DOJOB_PRIVACY_OFFICER",
        ] {
            assert!(words.contains(&format!("{name}: must be set")), "{words}");
        }
        assert!(operator.processors.contains("Amazon Web Services"), "where Terraform puts it");
        let env = Env::of(&[]);
        Operator::read(&env);
        env.done().unwrap();
    }
}
