//! The recommended order, as one formula.

/// What the formula knows of a listing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Signals {
    /// How well the words fit, 0 to 1; 1 without words.
    pub text: f64,
    /// Which way it is met, if a place was named.
    pub way: Way,
    pub age_days: f64,
    /// Nobody has received an hour from its owner yet.
    pub newcomer: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Way {
    /// No place was named.
    Anywhere,
    Online,
    /// So far to go.
    Km(f64),
}

/// Points for nearness, halved by so many km; online counts like that far.
pub(super) const NEAR: f64 = 20.0;
pub(super) const HALF_KM: f64 = 5.0;

/// Points for freshness, halved by each so many days.
pub(super) const FRESH: f64 = 12.0;
pub(super) const HALF_DAYS: f64 = 21.0;

/// Points for being so far away, as a way into the order: see `store::letters`.
pub(super) fn near(km: f64) -> f64 {
    NEAR / (1.0 + km.max(0.0) / HALF_KM)
}

/// The age in days at which freshness gives so many points.
pub(super) fn days(points: f64) -> f64 {
    HALF_DAYS * (FRESH / points.clamp(0.01, FRESH)).log2()
}

/// Points, 0 to 100, the same for the same signals:
///
/// - 60 for the words: one in the title outweighs one in the category, that one in the body.
/// - 20 for nearness, halved by 5 km: 20 in one's own 동, 10 at 5 km, 4 at 20 km. Online counts like 5 km.
/// - 12 for freshness, halved by each three weeks.
/// - 8 for newcomers, so that a first hour is found: as much as some 3 km or a month.
pub(super) fn points(signals: &Signals) -> f64 {
    let nearness = match signals.way {
        Way::Anywhere => 0.0,
        Way::Online => near(HALF_KM),
        Way::Km(km) => near(km),
    };
    let freshness = FRESH * 0.5_f64.powf(signals.age_days.max(0.0) / HALF_DAYS);
    let newcomer = if signals.newcomer { 8.0 } else { 0.0 };
    60.0 * signals.text + nearness + freshness + newcomer
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Signals = Signals { text: 1.0, way: Way::Km(0.0), age_days: 0.0, newcomer: false };

    fn close(signals: Signals, expected: f64) {
        let points = points(&signals);
        assert!((points - expected).abs() < 0.01, "{signals:?}: {points}, not {expected}");
    }

    #[test]
    fn the_formula_is_the_written_one() {
        close(PLAIN, 92.0);
        close(Signals { newcomer: true, ..PLAIN }, 100.0);
        close(Signals { way: Way::Km(5.0), ..PLAIN }, 82.0);
        close(Signals { way: Way::Online, ..PLAIN }, 82.0);
        close(Signals { way: Way::Km(20.0), ..PLAIN }, 76.0);
        close(Signals { way: Way::Anywhere, ..PLAIN }, 72.0);
        close(Signals { age_days: 21.0, ..PLAIN }, 86.0);
        close(Signals { text: 0.0, ..PLAIN }, 32.0);
    }

    #[test]
    fn a_word_in_the_title_beats_a_neighbour_whose_body_mentions_it() {
        let far_in_title = Signals { way: Way::Km(20.0), age_days: 30.0, ..PLAIN };
        let near_in_body = Signals { text: 2.0 / 9.0, newcomer: true, ..PLAIN };
        assert!(points(&far_in_title) > points(&near_in_body));
    }

    #[test]
    fn points_for_age_are_read_both_ways() {
        assert!((days(6.0) - 21.0).abs() < 1e-9 && days(12.0).abs() < 1e-9 && days(40.0).abs() < 1e-9);
        assert!((near(0.0) - 20.0).abs() < 1e-9 && (near(5.0) - 10.0).abs() < 1e-9);
    }

    #[test]
    fn a_clock_that_is_ahead_changes_nothing() {
        assert_eq!(points(&Signals { age_days: -1.0, ..PLAIN }).to_bits(), points(&PLAIN).to_bits());
    }
}
