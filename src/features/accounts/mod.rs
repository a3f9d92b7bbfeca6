//! Accounts: logging in and out, and the users with their roles.

mod attempt_store;
mod attempts;
mod auth_handlers;
mod contact_handlers;
mod contact_store;
mod login_handlers;
mod model;
mod oidc;
mod oidc_handlers;
mod oidc_model;
mod password_rules;
mod reproof;
mod rules;
mod second_factor_handlers;
mod second_factor_model;
mod second_factor_store;
mod session_handlers;
mod session_model;
mod session_store;
mod store;
mod user_handlers;

use utoipa_actix_web::service_config::ServiceConfig;

use crate::{db::Conn, error::AppResult};

pub use contact_store::{Reach, reachable};
pub use model::{ContactLanguage, GrantBody, NewUser};
pub use oidc::Oidc;
pub use second_factor_store::seal_anew;
pub use store::{create_administrator, put_names};

/// Checks the name and password of an administrator made at the command line.
pub fn check_new_credentials(username: &str, password: &str) -> Result<(), String> {
    let username = rules::fold_username(username);
    let fault = rules::check_username(&username)
        .or_else(|| password_rules::check_password("/password", password, &username, &username));
    fault.map_or(Ok(()), |fault| Err(fault.message.en))
}

/// Whether there is a user of this name.
pub fn exists(conn: &mut Conn, username: &str) -> AppResult<bool> {
    Ok(store::find_by_username(conn, &rules::fold_username(username))?.is_some())
}

/// The feature's routes below `/api/v1`.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(login_handlers::login)
        .service(login_handlers::refresh_session)
        .service(oidc_handlers::start_oidc_login)
        .service(oidc_handlers::finish_oidc_login)
        .service(auth_handlers::logout)
        .service(auth_handlers::get_me)
        .service(auth_handlers::change_password)
        .service(session_handlers::list_sessions)
        .service(session_handlers::end_other_sessions)
        .service(session_handlers::end_session)
        .service(second_factor_handlers::get_second_factor)
        .service(second_factor_handlers::begin_second_factor)
        .service(second_factor_handlers::confirm_second_factor)
        .service(second_factor_handlers::replace_recovery_codes)
        .service(second_factor_handlers::remove_second_factor)
        .service(contact_handlers::get_contact)
        .service(contact_handlers::save_contact)
        .service(user_handlers::list_users)
        .service(user_handlers::create_user)
        .service(user_handlers::get_user)
        .service(user_handlers::update_user)
        .service(user_handlers::reset_user_password)
        .service(user_handlers::remove_user_password)
        .service(session_handlers::end_user_sessions)
        .service(second_factor_handlers::reset_second_factor);
}
