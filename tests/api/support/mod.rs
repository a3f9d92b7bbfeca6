//! What every story stands on: an app of its own, people who speak to it, and the contract that checks each answer.

mod app;
mod contract;
pub mod dice;
mod engine;
pub mod exact;
pub mod factor;
pub mod files;
pub mod forms;
mod inbound;
pub mod log;
pub mod offline;
mod person;
pub mod play;
pub mod programme;
pub mod provider;
pub mod receiver;
pub mod recommend;
pub mod reference;
pub mod round;
mod seed;
pub mod small;
pub mod smtp;
pub mod survey;
pub mod workbook;

pub use app::{TestApp, grant, password_of};
pub use contract::contract;
pub use engine::{Engine, Scratch};
pub use person::{Person, Response};

/// Makes two tests of each story, `…::sqlite` and `…::postgres`. A story is a function that takes `&TestApp`;
/// `with [("PARINDEX_NAME", "value")]` sets settings for it.
#[macro_export]
macro_rules! stories {
    ($($story:ident $(with $settings:expr)?),+ $(,)?) => {$(
        mod $story {
            const SETTINGS: &[(&str, &str)] = $crate::settings!($($settings)?);

            #[test]
            fn sqlite() {
                tell($crate::support::Engine::Sqlite);
            }

            #[test]
            fn postgres() {
                tell($crate::support::Engine::Postgres);
            }

            fn tell(engine: $crate::support::Engine) {
                if engine.is_left_out() {
                    return;
                }
                super::$story(&$crate::support::TestApp::start_with(engine, SETTINGS));
            }
        }
    )+};
}

/// The settings of a story: none unless it names some.
#[macro_export]
macro_rules! settings {
    () => {
        &[]
    };
    ($settings:expr) => {
        &$settings
    };
}

/// Makes two tests of each check that needs a database but no app: a function that takes an `Engine`.
#[macro_export]
macro_rules! on_both_engines {
    ($($check:ident),+ $(,)?) => {$(
        mod $check {
            #[test]
            fn sqlite() {
                run($crate::support::Engine::Sqlite);
            }

            #[test]
            fn postgres() {
                run($crate::support::Engine::Postgres);
            }

            fn run(engine: $crate::support::Engine) {
                if !engine.is_left_out() {
                    super::$check(engine);
                }
            }
        }
    )+};
}
