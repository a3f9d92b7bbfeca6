//! Finding the first entry that is not as it was sealed. Everything is computed again from the entries; what is stored beside
//! them only helps to say where the fault lies. It reads the log once, in one snapshot, and keeps log n hashes and a page.

use std::collections::BTreeMap;

use super::{
    findings::{self, Pending},
    verify_store::{self as stored, LogPage},
};
use crate::{
    audit_log::{Checkpoint, Hash, Tree, TrustedKeys, first_position, hex, origin_of},
    db::{Conn, Database, HeadRow, LeafRow, LoggedEntry, audit_keys, in_snapshot, newest_head, trusted},
    error::{AppError, AppResult},
};

/// Leaves that are read at once.
const PAGE: u64 = 500;
/// Entries without a leaf that are looked through for the one that was sealed.
const STRAYS_MAX: i64 = 1_000;

/// A checkpoint that was kept elsewhere.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Where it came from, for sentences.
    pub name: String,
    /// What it says.
    pub head: Checkpoint,
}

/// What was checked, where nothing was found.
#[derive(Clone, Debug)]
pub struct Verified {
    /// Entries that are as they were sealed, in their places.
    pub entries: u64,
    /// Signed heads that they lead to.
    pub heads: u64,
    /// The newest of them, and which key signed it.
    pub newest: Option<(Checkpoint, String)>,
    /// Entries that wait to be sealed.
    pub waiting: i64,
    /// Keys that signed older heads and are known from the database alone.
    pub strange_keys: Vec<String>,
}

/// Looks at the whole log. `keys` are those that the newest head must be signed by, and come from beside the database. `Err`
/// within is the first thing found.
pub async fn verify(
    db: &Database,
    keys: TrustedKeys,
    kept: Vec<Kept>,
) -> AppResult<Result<Verified, String>> {
    let look = move |conn: &mut Conn| match Walk::new(conn, &keys, &kept).and_then(|walk| walk.whole(conn)) {
        Ok(verified) => Ok(Ok(verified)),
        Err(Stop::Found(sentence)) => Ok(Err(sentence)),
        Err(Stop::Failed(error)) => Err(error),
    };
    db.read(move |conn| in_snapshot(conn, look)).await
}

/// Why the walk ended early.
enum Stop {
    Found(String),
    Failed(AppError),
}

impl From<AppError> for Stop {
    fn from(error: AppError) -> Self {
        Self::Failed(error)
    }
}

fn failed(fault: String) -> Stop {
    Stop::Failed(AppError::internal(fault))
}

struct Walk<'a> {
    /// The log as it follows from the entries alone.
    tree: Tree,
    pending: Option<Pending>,
    /// Leaves up to which a stored head was met, and a checkpoint that was kept elsewhere.
    good: u64,
    good_kept: u64,
    heads: u64,
    newest: Option<(Checkpoint, String)>,
    origin: String,
    /// Keys from beside the database.
    keys: &'a TrustedKeys,
    /// Those, and the ones that the database knows.
    known: TrustedKeys,
    kept: &'a [Kept],
    strange_keys: Vec<String>,
}

impl<'a> Walk<'a> {
    fn new(conn: &mut Conn, keys: &'a TrustedKeys, kept: &'a [Kept]) -> Result<Self, Stop> {
        let rows = audit_keys(conn)?;
        let origin = rows
            .first()
            .map_or_else(String::new, |first| origin_of(&first.kid));
        let newest = match newest_head(conn)? {
            None => None,
            Some(row) => Some(newest_by(&row, keys, &origin)?),
        };
        let of_database = trusted(&rows);
        Ok(Self {
            tree: Tree::default(),
            pending: None,
            good: 0,
            good_kept: 0,
            heads: 0,
            newest,
            known: TrustedKeys::new(keys.iter().chain(of_database.iter()).cloned()),
            origin,
            keys,
            kept,
            strange_keys: Vec::new(),
        })
    }

    fn whole(mut self, conn: &mut Conn) -> Result<Verified, Stop> {
        if let Some(kept) = self.kept.iter().find(|kept| kept.head.origin != self.origin) {
            return Err(Stop::Found(format!(
                "{} is of the log {}, this one is {}",
                kept.name, kept.head.origin, self.origin
            )));
        }
        let size = self.newest.as_ref().map_or(0, |(head, _)| head.size);
        let mut start = 0;
        while start < size {
            let end = size.min(start.saturating_add(PAGE));
            self.page(conn, start, end)?;
            start = end;
        }
        if let Some(cut) = self.kept.iter().find(|kept| kept.head.size > size) {
            return Err(Stop::Found(findings::tail_cut(
                &cut.name,
                cut.head.size,
                cut.head.sealed_at,
                size,
            )));
        }
        nothing_beside(conn, size)?;
        Ok(Verified {
            entries: size,
            heads: self.heads,
            newest: self.newest,
            waiting: super::store::unsealed(conn)?,
            strange_keys: self.strange_keys,
        })
    }

    fn page(&mut self, conn: &mut Conn, start: u64, end: u64) -> Result<(), Stop> {
        let page = stored::page(conn, start, end)?;
        let heads: BTreeMap<i64, HeadRow> = stored::heads(conn, start, end)?
            .into_iter()
            .map(|row| (row.tree_size, row))
            .collect();
        for index in start..end {
            self.leaf(conn, index, &page)?;
            let size = self.tree.size();
            if let Some(row) = i64::try_from(size).ok().and_then(|size| heads.get(&size)) {
                self.head(row)?;
            }
            for kept in self.kept.iter().filter(|kept| kept.head.size == size) {
                // Heads in the database may have been signed anew, so only other checkpoints say from where on.
                self.meets(kept.head.root, &kept.name, self.good_kept)?;
                self.good_kept = size;
            }
        }
        Ok(())
    }

    fn leaf(&mut self, conn: &mut Conn, index: u64, page: &LogPage) -> Result<(), Stop> {
        let sealed = page.hashes.get(&first_position(index)).copied();
        let Some(row) = page.leaves.get(&index) else {
            let entry = stray(conn, sealed)?;
            return Err(self.first(findings::leaf_missing(index, sealed, entry.as_ref())));
        };
        let Some(entry) = page.entries.get(&row.entry_id) else {
            return Err(self.first(findings::entry_missing(index, row)));
        };
        let computed = entry.leaf_hash()?;
        if self.pending.is_none() && (sealed != Some(computed) || row.leaf_hash != hex(computed)) {
            if let Some(sentence) = displaced(conn, index, entry, computed, sealed)? {
                return Err(Stop::Found(sentence));
            }
            self.pending = Some(findings::altered(index, entry, row, computed, sealed));
        }
        let nodes = self.tree.append(computed).map_err(failed)?;
        for (position, hash) in nodes.into_iter().skip(1) {
            let stored = page.hashes.get(&position).copied();
            if stored != Some(hash) && self.pending.is_none() {
                self.pending = Some(findings::node_altered(position, stored, hash, self.tree.size()));
            }
        }
        Ok(())
    }

    fn head(&mut self, row: &HeadRow) -> Result<(), Stop> {
        let size = self.tree.size();
        let (head, kid) = Checkpoint::read(&row.note, &self.known)
            .map_err(|fault| self.first(format!("altered: the signed head of {size} entries {fault}")))?;
        let said = (head.size, hex(head.root), head.sealed_at, head.origin.as_str());
        if said != (size, row.root_hash.clone(), row.sealed_at, self.origin.as_str()) {
            return Err(self.first(format!(
                "altered: the signed head of {size} entries: its row says something else than its signed note"
            )));
        }
        self.heads += 1;
        if self.keys.get(&kid).is_none() && !self.strange_keys.contains(&kid) {
            self.strange_keys.push(kid);
        }
        let whose = format!("the head signed at {}", head.sealed_at);
        self.meets(head.root, &whose, self.good)?;
        self.good = size;
        Ok(())
    }

    /// Whether the entries so far lead to a root that somebody signed; what was seen before is judged by it.
    fn meets(&mut self, said: Hash, whose: &str, good: u64) -> Result<(), Stop> {
        let (found, size) = (self.tree.root().map_err(failed)?, self.tree.size());
        let sentence = match (found == said, self.pending.take()) {
            (true, None) => return Ok(()),
            (true, Some(pending)) => pending.if_root_holds,
            (false, Some(pending)) => pending.if_not,
            (false, None) => findings::root_differs(good, size, whose, said, found),
        };
        Err(Stop::Found(sentence))
    }

    /// What was found, unless something was seen before it.
    fn first(&mut self, sentence: String) -> Stop {
        Stop::Found(self.pending.take().map_or(sentence, |pending| pending.if_not))
    }
}

/// The newest head, signed by a key from beside the database: it vouches for every leaf before it.
fn newest_by(row: &HeadRow, keys: &TrustedKeys, origin: &str) -> Result<(Checkpoint, String), Stop> {
    let (head, kid) = Checkpoint::read(&row.note, keys).map_err(|fault| {
        Stop::Found(format!(
            "altered: the newest head, of {} entries, {fault}",
            row.tree_size
        ))
    })?;
    if i64::try_from(head.size) != Ok(row.tree_size) {
        return Err(Stop::Found(format!(
            "altered: the newest head: its row says {} entries, its signed note {}",
            row.tree_size, head.size
        )));
    }
    if head.origin != origin {
        return Err(Stop::Found(format!(
            "altered: audit_keys: its first key gives the log the name {origin:?}, the newest head {:?}",
            head.origin
        )));
    }
    Ok((head, kid))
}

/// The entry that was sealed with a hash, if it is there without its leaf.
fn stray(conn: &mut Conn, sealed: Option<Hash>) -> Result<Option<LoggedEntry>, Stop> {
    for entry in stored::strays(conn, STRAYS_MAX)? {
        if Some(entry.leaf_hash()?) == sealed {
            return Ok(Some(entry));
        }
    }
    Ok(None)
}

/// Whether a leaf names another entry than was sealed in its place.
fn displaced(
    conn: &mut Conn,
    index: u64,
    entry: &LoggedEntry,
    computed: Hash,
    sealed: Option<Hash>,
) -> Result<Option<String>, Stop> {
    if sealed == Some(computed) {
        return Ok(None);
    }
    let of_entry = stored::elsewhere(conn, &hex(computed), index)?;
    let of_place = match (&of_entry, sealed) {
        (None, Some(sealed)) => stored::elsewhere(conn, &hex(sealed), index)?,
        _ => None,
    };
    let Some(other) = of_entry.or(of_place) else {
        return Ok(None);
    };
    let was_sealed = stored::is_stored(conn, &hex(computed))?;
    Ok(Some(findings::displaced(index, entry, &other, was_sealed)))
}

/// Whether there is something beside the log and what waits for it.
fn nothing_beside(conn: &mut Conn, size: u64) -> Result<(), Stop> {
    if let Some(LeafRow {
        leaf_index, entry_id, ..
    }) = stored::leaf_outside(conn, size)?
    {
        return Err(Stop::Found(format!(
            "inserted: leaf {leaf_index} (entry {entry_id}) stands beyond the newest head, which has {size} entries"
        )));
    }
    if let Some(row) = stored::hash_outside(conn, size)? {
        return Err(Stop::Found(format!(
            "inserted: a stored hash at position {} belongs to no leaf of the newest head, which has {size} entries",
            row.position
        )));
    }
    if let Some(entry) = stored::strays(conn, 1)?.first() {
        return Err(Stop::Found(format!(
            "inserted: entry {}: {}; it is in no leaf and does not wait to be sealed (or both were taken away)",
            entry.id,
            entry.told()
        )));
    }
    if let Some(id) = stored::waiting_without_entry(conn)? {
        return Err(Stop::Found(format!(
            "missing: entry {id} was written and waits to be sealed, but is gone from audit_entries"
        )));
    }
    if let Some(row) = stored::waiting_though_sealed(conn)? {
        return Err(Stop::Found(format!(
            "inserted: entry {} waits in audit_unsealed, but is leaf {} already",
            row.entry_id, row.leaf_index
        )));
    }
    Ok(())
}
