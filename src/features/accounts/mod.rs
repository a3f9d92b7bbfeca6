//! Accounts: logging in and out, and the users with their roles.

mod auth_handlers;
mod contact_handlers;
mod contact_store;
mod model;
mod rules;
mod session_store;
mod store;
mod user_handlers;

use utoipa_actix_web::service_config::ServiceConfig;

use crate::{db::Conn, error::AppResult};

pub use contact_store::{Reach, reachable};
pub use model::{ContactLanguage, GrantBody, NewUser};
pub use store::{create_administrator, put_names};

/// Checks the name and password of an administrator made at the command line.
pub fn check_new_credentials(username: &str, password: &str) -> Result<(), String> {
    let username = rules::fold_username(username);
    let fault =
        rules::check_username(&username).or_else(|| rules::check_password("/password", password, &username));
    fault.map_or(Ok(()), |fault| Err(fault.message.en))
}

/// Whether there is a user of this name.
pub fn exists(conn: &mut Conn, username: &str) -> AppResult<bool> {
    Ok(store::find_by_username(conn, &rules::fold_username(username))?.is_some())
}

/// The feature's routes below `/api/v1`.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(auth_handlers::login)
        .service(auth_handlers::refresh_session)
        .service(auth_handlers::logout)
        .service(auth_handlers::get_me)
        .service(auth_handlers::change_password)
        .service(contact_handlers::get_contact)
        .service(contact_handlers::save_contact)
        .service(user_handlers::list_users)
        .service(user_handlers::create_user)
        .service(user_handlers::get_user)
        .service(user_handlers::update_user)
        .service(user_handlers::reset_user_password);
}
