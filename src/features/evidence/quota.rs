//! What the files of one agency in one round come to, and what they may come to.

use serde::Serialize;
use utoipa::ToSchema;

use super::{store, vault::Vault};
use crate::{
    db::Conn,
    error::{AppError, AppResult, ErrorCode},
    ids::{AgencyCode, FileDigest, RoundCode},
};

/// The space that an agency's evidence takes in a round: older versions too, equal files once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({"bytes_used": 183422, "bytes_max": 10737418240_u64}))]
pub struct EvidenceUsage {
    /// Bytes of all files.
    pub bytes_used: u64,
    /// What they may come to; null: anything.
    pub bytes_max: Option<u64>,
}

/// The files of an agency in a round, held against the limit.
pub struct Quota {
    /// What they come to.
    pub usage: EvidenceUsage,
    contents: Vec<(FileDigest, u64)>,
}

impl Quota {
    /// Reads what there is.
    pub fn read(
        conn: &mut Conn,
        bytes_max: Option<u64>,
        round: &RoundCode,
        agency: &AgencyCode,
    ) -> AppResult<Self> {
        let contents = store::contents_of_agency(conn, round, agency)?
            .into_iter()
            .map(|(digest, size)| Ok((digest, u64::try_from(size).map_err(AppError::internal)?)))
            .collect::<AppResult<Vec<_>>>()?;
        Ok(Self {
            usage: EvidenceUsage {
                bytes_used: contents.iter().map(|(_, size)| size).sum(),
                bytes_max,
            },
            contents,
        })
    }

    /// Refuses a file of this size before it is sent, unless it may be one that is there already.
    pub fn check_announced(&self, bytes: u64) -> AppResult<()> {
        if self.contents.iter().any(|(_, size)| *size == bytes) {
            return Ok(());
        }
        self.check_more(bytes)
    }

    /// Refuses a file that is one too many.
    pub fn check(&self, file: &FileDigest, bytes: u64) -> AppResult<()> {
        if self.contents.iter().any(|(digest, _)| digest == file) {
            return Ok(());
        }
        self.check_more(bytes)
    }

    fn check_more(&self, bytes: u64) -> AppResult<()> {
        let used = self.usage.bytes_used;
        let Some(max) = self
            .usage
            .bytes_max
            .filter(|max| used.saturating_add(bytes) > *max)
        else {
            return Ok(());
        };
        let (used, max, more) = (text_of(used, false), text_of(max, true), text_of(bytes, false));
        Err(AppError::with(
            ErrorCode::EvidenceQuotaExceeded,
            format!("Các tệp của cơ quan trong kỳ này đã chiếm {used} trên {max}; tệp này cần thêm {more}."),
            format!(
                "The agency's files of this round take {used} of {max}; this one would take {more} more."
            ),
        ))
    }
}

/// A size as people read it, in tenths of a mebibyte; what is used is never told as less, nor the limit as more.
fn text_of(bytes: u64, is_limit: bool) -> String {
    if bytes < 1 << 20 {
        return format!("{bytes} byte");
    }
    let tenths = u128::from(bytes) * 10;
    let tenths = if is_limit {
        tenths >> 20
    } else {
        tenths.div_ceil(1 << 20)
    };
    format!("{}.{} MiB", tenths / 10, tenths % 10)
}

impl Vault {
    /// The quota of an agency in a round.
    pub fn quota(&self, conn: &mut Conn, round: &RoundCode, agency: &AgencyCode) -> AppResult<Quota> {
        Quota::read(conn, self.agency_bytes_max(), round, agency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_never_told_in_favour_of_the_limit() {
        assert_eq!(text_of(2048, true), "2048 byte");
        assert_eq!(text_of((1 << 20) + 1, true), "1.0 MiB");
        assert_eq!(text_of((1 << 20) + 1, false), "1.1 MiB");
        assert_eq!(text_of(5 << 30, true), "5120.0 MiB");
    }
}
