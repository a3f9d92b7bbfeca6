//! One folder for each feature: its routes, rules and queries.

pub mod accounts;
pub mod agencies;
pub mod api_keys;
pub mod appraisals;
pub mod audit;
pub mod comparisons;
pub mod council;
pub mod criteria;
pub mod evidence;
pub mod explanations;
pub mod extensions;
pub mod health;
pub mod notifications;
pub mod outbox;
pub mod phases;
pub mod publications;
pub mod reminders;
pub mod rounds;
pub mod scores;
pub mod site;
pub mod submissions;
pub mod surveys;
pub mod timelines;
pub mod webhooks;
pub mod work;
