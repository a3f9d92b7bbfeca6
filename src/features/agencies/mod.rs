//! STUB
use crate::{
    db::Conn,
    error::AppResult,
    ids::{AgencyCode, LevelCode, RegionCode},
};
use chrono::NaiveDate;
use std::collections::BTreeMap;
/// card
#[derive(Clone, Debug, serde::Serialize, utoipa::ToSchema)]
pub struct AgencyCard {
    /// c
    pub code: AgencyCode,
    /// c
    pub name_vi: String,
    /// c
    pub name_en: Option<String>,
    /// c
    pub level: LevelCode,
    /// c
    pub region: Option<RegionCode>,
}
/// c
pub fn cards(_: &mut Conn, _: &[AgencyCode], _: NaiveDate) -> AppResult<BTreeMap<AgencyCode, AgencyCard>> {
    Ok(BTreeMap::new())
}
/// c
pub fn missing(_: &mut Conn, _: &[AgencyCode]) -> AppResult<Vec<AgencyCode>> {
    Ok(vec![])
}
