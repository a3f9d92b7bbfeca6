//! What was used last, as long as it fits into so many bytes.

use std::{hash::Hash, sync::Arc};

use lru::LruCache;

/// Things by key, with their weight in bytes.
pub struct Bounded<K: Hash + Eq, V> {
    kept: LruCache<K, (Arc<V>, usize)>,
    bytes: usize,
    bytes_max: usize,
}

impl<K: Hash + Eq, V> Bounded<K, V> {
    /// Nothing yet.
    pub fn new(bytes_max: usize) -> Self {
        Self {
            kept: LruCache::unbounded(),
            bytes: 0,
            bytes_max,
        }
    }

    /// What is kept under a key; it was used now.
    pub fn get(&mut self, key: &K) -> Option<Arc<V>> {
        self.kept.get(key).map(|(value, _)| value.clone())
    }

    /// Keeps a thing, and lets go of those that were not used for the longest time. What alone is too heavy is not kept.
    pub fn put(&mut self, key: K, value: Arc<V>, weight: usize) {
        if weight > self.bytes_max {
            return;
        }
        self.bytes += weight;
        if let Some((_, (_, old))) = self.kept.push(key, (value, weight)) {
            self.bytes = self.bytes.saturating_sub(old);
        }
        while self.bytes > self.bytes_max {
            let Some((_, (_, oldest))) = self.kept.pop_lru() else {
                break;
            };
            self.bytes = self.bytes.saturating_sub(oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_used_for_the_longest_time_goes_first() {
        let mut kept = Bounded::new(10);
        kept.put("a", Arc::new(1), 4);
        kept.put("b", Arc::new(2), 4);
        assert!(kept.get(&"a").is_some());
        kept.put("c", Arc::new(3), 4);
        assert!(kept.get(&"b").is_none());
        assert!(kept.get(&"a").is_some() && kept.get(&"c").is_some());
        kept.put("heavy", Arc::new(4), 11);
        assert!(kept.get(&"heavy").is_none() && kept.get(&"a").is_some());
        kept.put("a", Arc::new(5), 10);
        assert!(kept.get(&"c").is_none());
        assert_eq!((kept.get(&"a").as_deref(), kept.bytes), (Some(&5), 10));
    }
}
