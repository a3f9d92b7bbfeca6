//! The growing tree. Which hashes are stored, and where, is the order of the crate `tlog_tiles`: every node of the tree
//! that is full, in the order in which it became so.

use std::collections::BTreeMap;

use tlog_tiles::tlog::{self, Hash, HashReader};

/// A hash as it stands in the tables and in the API.
pub fn hex(hash: Hash) -> String {
    hash.0.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Reads 64 small hexadecimal digits.
pub fn parse_hex(text: &str) -> Option<Hash> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let mut bytes = [0_u8; 32];
    let mut digits = text.bytes();
    for byte in &mut bytes {
        *byte = (digit(digits.next()?)? << 4) | digit(digits.next()?)?;
    }
    digits.next().is_none().then_some(Hash(bytes))
}

/// Where the hashes begin that the leaf `index` adds; the leaf's own is the first of them.
pub fn first_position(index: u64) -> u64 {
    tlog::stored_hash_index(0, index)
}

/// How many hashes a log of `size` leaves has stored.
pub fn stored_count(size: u64) -> u64 {
    tlog::stored_hash_count(size)
}

/// Stored hashes by position: what proofs are made of.
#[derive(Clone, Debug, Default)]
pub struct StoredHashes(pub BTreeMap<u64, Hash>);

impl HashReader for StoredHashes {
    fn read_hashes(&self, positions: &[u64]) -> Result<Vec<Hash>, tlog::Error> {
        let read = |position| self.0.get(position).copied().ok_or(tlog::Error::IndexesNotInTree);
        positions.iter().map(read).collect()
    }
}

/// A log's right edge: all that is needed to add leaves and to know the root, log n hashes.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    size: u64,
    edge: StoredHashes,
}

impl Tree {
    /// The positions of the hashes that a log of `size` leaves goes on from.
    pub fn edge_positions(size: u64) -> Vec<u64> {
        tlog::sub_tree_index(0, size, Vec::new())
    }

    /// The log of `size` leaves with this edge.
    pub fn resume(size: u64, edge: BTreeMap<u64, Hash>) -> Self {
        Self {
            size,
            edge: StoredHashes(edge),
        }
    }

    /// How many leaves there are.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf, and tells the hashes to store with their positions: the leaf's own, and those of all nodes that it
    /// fills.
    pub fn append(&mut self, leaf: Hash) -> Result<Vec<(u64, Hash)>, String> {
        let hashes = tlog::stored_hashes_for_record_hash(self.size, leaf, &self.edge)
            .map_err(|error| format!("the log can't grow beyond {} leaves: {error}", self.size))?;
        let stored: Vec<(u64, Hash)> = (first_position(self.size)..).zip(hashes).collect();
        self.size += 1;
        self.edge.0.extend(stored.iter().copied());
        let edge = Self::edge_positions(self.size);
        self.edge.0.retain(|position, _| edge.contains(position));
        Ok(stored)
    }

    /// The root.
    pub fn root(&self) -> Result<Hash, String> {
        tlog::tree_hash(self.size, &self.edge)
            .map_err(|error| format!("the root of {} leaves is not known: {error}", self.size))
    }
}
