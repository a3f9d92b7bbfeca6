//! What is said of the first thing that is not as it was sealed.

use crate::{
    audit_log::{Hash, hex},
    db::{LeafRow, LoggedEntry},
};

/// A fault whose place is known, but not yet what was altered: the next signed head decides.
pub struct Pending {
    /// What it is if the entries lead to the head's root: they are as they were, a copy of a hash is not.
    pub if_root_holds: String,
    /// What it is if they do not.
    pub if_not: String,
}

/// The content of an entry differs, or a hash of it.
pub fn altered(
    index: u64,
    entry: &LoggedEntry,
    row: &LeafRow,
    computed: Hash,
    sealed: Option<Hash>,
) -> Pending {
    let computed = hex(computed);
    let sealed = sealed.map_or_else(|| "no hash".to_owned(), hex);
    let copy = if row.leaf_hash == computed {
        format!("audit_hashes holds {sealed}")
    } else {
        format!("audit_leaves holds {}", row.leaf_hash)
    };
    let kept = if row.leaf_hash == computed {
        sealed
    } else {
        row.leaf_hash.clone()
    };
    Pending {
        if_root_holds: format!(
            "altered: a stored hash of entry {} (leaf {index}): {copy}, but the entry, which is as it was sealed, has {computed}",
            entry.id
        ),
        if_not: format!(
            "altered: entry {} (leaf {index}): {}; its columns now give the leaf hash {computed}, sealed was {kept}",
            entry.id,
            entry.told()
        ),
    }
}

/// A hash of a node differs or is gone, though those of its leaves are right.
pub fn node_altered(position: u64, stored: Option<Hash>, computed: Hash, size: u64) -> Pending {
    let stored = stored.map_or_else(|| "is gone".to_owned(), |hash| format!("is {}", hex(hash)));
    let said = format!(
        "altered: the stored hash at position {position} (a node that leaf {} fills) {stored}, but the entries give {}",
        size.saturating_sub(1),
        hex(computed)
    );
    Pending {
        if_root_holds: said.clone(),
        if_not: said,
    }
}

/// Another entry stands where one was sealed.
pub fn displaced(index: u64, entry: &LoggedEntry, other: &LeafRow, was_sealed: bool) -> String {
    let what = if was_sealed { "reordered" } else { "inserted" };
    format!(
        "{what}: entry {} stands at leaf {index}, but what was sealed there is now named by leaf {} (entry {})",
        entry.id, other.leaf_index, other.entry_id
    )
}

/// The entry of a leaf is not there.
pub fn entry_missing(index: u64, row: &LeafRow) -> String {
    format!(
        "missing: entry {} (leaf {index}), sealed with the leaf hash {}, is gone from audit_entries",
        row.entry_id, row.leaf_hash
    )
}

/// A leaf is not there; its entry may be.
pub fn leaf_missing(index: u64, sealed: Option<Hash>, entry: Option<&LoggedEntry>) -> String {
    let hash = sealed.map_or_else(|| "an unknown hash".to_owned(), hex);
    match entry {
        Some(entry) => format!(
            "missing: leaf {index} of entry {} (leaf hash {hash}) is gone from audit_leaves; the entry itself is there",
            entry.id
        ),
        None => format!(
            "missing: leaf {index} is gone, and so is the entry that was sealed there with the leaf hash {hash}"
        ),
    }
}

/// Entries and hashes agree with each other, but not with what was signed.
pub fn root_differs(from: u64, size: u64, whose: &str, said: Hash, found: Hash) -> String {
    let last = size.saturating_sub(1);
    format!(
        "altered: among leaves {from} to {last} something is not as it was sealed, with all hashes beside it: {whose} says \
         that the root over {size} entries is {}, they now give {}",
        hex(said),
        hex(found)
    )
}

/// The end of the log is gone.
pub fn tail_cut(whose: &str, size: u64, at: impl std::fmt::Display, now: u64) -> String {
    format!(
        "missing: the end of the log was cut: it had {size} entries at {at}, as {whose} says, and now it has {now}"
    )
}
