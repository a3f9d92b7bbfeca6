//! STUB
use crate::{
    db::{Conn, Tx},
    error::{AppError, AppResult},
    ids::SetCode,
    scoring::CompiledSet,
};
use std::sync::Arc;
/// c
#[derive(Clone, Default)]
pub struct Sets;
impl Sets {
    /// c
    pub fn load(&self, _: &mut Conn, _: &SetCode, _: i32) -> AppResult<Arc<CompiledSet>> {
        Err(AppError::not_found())
    }
}
/// c
pub fn freeze(_: &mut Tx<'_>, _: &SetCode, _: i32) -> AppResult<()> {
    Ok(())
}
