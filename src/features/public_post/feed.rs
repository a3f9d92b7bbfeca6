//! What the kept counts of a year give to the items of a submission, with where they come from. Pure.

use std::collections::BTreeMap;

use super::model::{PublicPostShare, PublicPostTotal};
use crate::{
    clock::Zone,
    features::submissions::{Evidence, Item, ItemBody},
    ids::IndicatorCode,
    scoring::{CompiledLeaf, Declared, Feed},
};

/// How the document begins that a fed item names: an earlier one of ours is replaced, what people added stays.
const TITLE: &str = "Số liệu dịch vụ bưu chính công ích năm ";

/// The items of the indicators that are fed.
pub fn items<'a>(
    leaves: impl Iterator<Item = (&'a CompiledLeaf, IndicatorCode)>,
    total: &PublicPostTotal,
    standing: &BTreeMap<IndicatorCode, Item>,
) -> Vec<ItemBody> {
    leaves
        .filter_map(|(leaf, indicator)| {
            let share = match leaf.feed? {
                Feed::PublicPostReceived => &total.received,
                Feed::PublicPostReturned => &total.returned,
            };
            let kept = standing
                .get(&indicator)
                .map(|item| item.evidence.as_slice())
                .unwrap_or_default();
            let mut evidence: Vec<Evidence> = kept.iter().filter(|one| !is_ours(one)).cloned().collect();
            evidence.push(document(total));
            Some(ItemBody {
                indicator,
                value: Some(Some(declared(share))),
                explanation: None,
                evidence: Some(Some(evidence)),
                revision: None,
            })
        })
        .collect()
}

fn is_ours(evidence: &Evidence) -> bool {
    evidence
        .title
        .as_ref()
        .is_some_and(|title| title.starts_with(TITLE))
}

fn declared(share: &PublicPostShare) -> Declared {
    Declared::Ratio {
        numerator: share.numerator,
        denominator: share.denominator,
    }
}

/// The document that tells of which counts a value was made: months, what is missing, and the digest.
fn document(total: &PublicPostTotal) -> Evidence {
    let year = total.year;
    let missing = if total.missing.is_empty() {
        String::new()
    } else {
        let months: Vec<&str> = total.missing.iter().map(|month| month.as_str()).collect();
        format!("; thiếu {}", months.join(", "))
    };
    Evidence {
        number: Some("Quyết định 45/2016/QĐ-TTg".to_owned()),
        date: Some(Zone::default().day_of(total.last_recorded_at)),
        title: Some(format!(
            "{TITLE}{year}: {} tháng{missing}; SHA-256 {}",
            total.months.len(),
            total.digest
        )),
        ..Evidence::default()
    }
}
