//! [`CompiledInstrument`]: an instrument that was found good, laid out for reading answers and for counting.

use std::collections::BTreeMap;

use super::{
    fault::InstrumentFault,
    instrument::{Instrument, InstrumentItem, InstrumentScale, ItemKind, Measure},
    nodes::{self, IndexNode},
};
use crate::scoring::Points;

/// The finest common scale of values in sums of several items; see [`CompiledInstrument::value_scale`].
const VALUE_SCALE_MAX: u32 = 1_000;

/// An instrument whose items have their frozen order: that of the document, texts apart.
#[derive(Debug, Clone)]
pub struct CompiledInstrument {
    document: Instrument,
    items: Vec<CompiledItem>,
    texts: Vec<TextItem>,
    places: BTreeMap<String, ItemPlace>,
    nodes: Vec<IndexNode>,
    packed_chars: usize,
    value_scale: u32,
}

/// Where an item is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemPlace {
    /// Among [`CompiledInstrument::items`].
    Packed(usize),
    /// Among [`CompiledInstrument::texts`].
    Text(usize),
}

/// An item that is answered by options.
#[derive(Debug, Clone)]
pub struct CompiledItem {
    /// Its code.
    pub code: String,
    /// What it asks for.
    pub kind: ItemKind,
    /// The first of its characters in a packed response.
    pub start: usize,
    /// Its options, in order.
    pub options: Vec<CompiledOption>,
    /// Whether several options can be chosen.
    pub multiple: bool,
    /// Whether a response without it is refused.
    pub required: bool,
    /// When it is asked; absent: always.
    pub show_if: Option<Condition>,
    /// Whether it has an index and feeds those above it.
    pub counted: bool,
    /// Its weight in the factor; 1 where none is given.
    pub weight: Points,
    /// What full marks are: 1 for a share, highest − lowest value for a mean. 1 where the item doesn't count.
    pub range: u32,
}

impl CompiledItem {
    /// How many characters it takes in a packed response.
    #[must_use]
    pub fn width(&self) -> usize {
        if self.multiple { self.options.len() } else { 1 }
    }
}

/// An option of an item that counts or not.
#[derive(Debug, Clone)]
pub struct CompiledOption {
    /// Its code.
    pub code: String,
    /// What the answer is worth, from 0 to the item's `range`; none: it says nothing, or the item doesn't count.
    pub worth: Option<u32>,
    /// The same from 0 to the instrument's [`CompiledInstrument::value_scale`].
    pub scaled: Option<u32>,
}

/// When an item is asked: if the item at that place has one of these options.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Condition {
    /// Place of the earlier item.
    pub item: usize,
    /// The options that open, a bit each.
    pub options: u64,
}

/// A question with a free answer.
#[derive(Debug, Clone)]
pub struct TextItem {
    /// Its code.
    pub code: String,
    /// Whether a response without it is refused.
    pub required: bool,
    /// When it is asked; absent: always.
    pub show_if: Option<Condition>,
    /// How many items stand before it, which tells its place among them.
    pub after: usize,
}

impl Instrument {
    /// Checks the document and lays it out.
    ///
    /// # Errors
    /// Every fault of the document.
    pub fn compile(self) -> Result<CompiledInstrument, Vec<InstrumentFault>> {
        let faults = self.validate();
        if !faults.is_empty() {
            return Err(faults);
        }
        let value_scale = value_scale(&self);
        let mut layout = Layout::default();
        for item in self.items() {
            layout.add(&self, item, value_scale);
        }
        let nodes = nodes::nodes_of(&self, &layout.places, &layout.items);
        Ok(CompiledInstrument {
            packed_chars: layout.items.iter().map(CompiledItem::width).sum(),
            items: layout.items,
            texts: layout.texts,
            places: layout.places,
            nodes,
            value_scale,
            document: self,
        })
    }

    /// All items, in order.
    pub fn items(&self) -> impl Iterator<Item = &InstrumentItem> {
        let factors = self.parts.iter().flat_map(|part| &part.factors);
        factors.flat_map(|factor| &factor.items)
    }

    /// The scale of an item.
    pub fn scale_of(&self, item: &InstrumentItem) -> Option<&InstrumentScale> {
        let code = item.scale.as_deref()?;
        self.scales.iter().find(|scale| scale.code == code)
    }
}

impl CompiledInstrument {
    /// The document.
    #[must_use]
    pub const fn document(&self) -> &Instrument {
        &self.document
    }

    /// Items that are answered by options, in the order of packed answers.
    #[must_use]
    pub fn items(&self) -> &[CompiledItem] {
        &self.items
    }

    /// Items that are answered in words.
    #[must_use]
    pub fn texts(&self) -> &[TextItem] {
        &self.texts
    }

    /// The whole, parts and factors that have an index; the whole first, parents before children.
    #[must_use]
    pub fn nodes(&self) -> &[IndexNode] {
        &self.nodes
    }

    /// Where the item with this code is.
    #[must_use]
    pub fn place(&self, code: &str) -> Option<ItemPlace> {
        self.places.get(code).copied()
    }

    /// Characters of a packed response.
    #[must_use]
    pub const fn packed_chars(&self) -> usize {
        self.packed_chars
    }

    /// What full marks of any item are in sums over several items: 1 for shares; for means the least common multiple of
    /// the items' ranges, or 1,000 (values then rounded half up) where that would be larger. Only intervals rest on these
    /// sums: indices come from the options' exact worth.
    #[must_use]
    pub const fn value_scale(&self) -> u32 {
        self.value_scale
    }
}

/// What is laid out while the items are walked.
#[derive(Default)]
struct Layout {
    items: Vec<CompiledItem>,
    texts: Vec<TextItem>,
    places: BTreeMap<String, ItemPlace>,
    chars: usize,
}

impl Layout {
    fn add(&mut self, instrument: &Instrument, item: &InstrumentItem, value_scale: u32) {
        let show_if = item.show_if.as_ref().and_then(|rule| {
            let Some(ItemPlace::Packed(place)) = self.places.get(&rule.item).copied() else {
                return None;
            };
            let asked = self.items.get(place)?;
            let opens = |option: &CompiledOption| rule.answered.contains(&option.code);
            let options = bits(asked.options.iter().map(opens));
            Some(Condition { item: place, options })
        });
        let Some(scale) = instrument.scale_of(item) else {
            self.places
                .insert(item.code.clone(), ItemPlace::Text(self.texts.len()));
            self.texts.push(TextItem {
                code: item.code.clone(),
                required: item.required,
                show_if,
                after: self.items.len(),
            });
            return;
        };
        let counted = is_counted(instrument, item);
        let measure = instrument.rule.measure;
        let range = if counted { range_of(measure, scale) } else { 1 };
        let compiled = CompiledItem {
            code: item.code.clone(),
            kind: item.kind,
            start: self.chars,
            options: compile_options(scale, counted.then_some(measure), range, value_scale),
            multiple: item.multiple,
            required: item.required,
            show_if,
            counted,
            weight: item.weight.unwrap_or(nodes::ONE),
            range,
        };
        self.places
            .insert(item.code.clone(), ItemPlace::Packed(self.items.len()));
        self.chars += compiled.width();
        self.items.push(compiled);
    }
}

fn compile_options(
    scale: &InstrumentScale,
    measure: Option<Measure>,
    range: u32,
    value_scale: u32,
) -> Vec<CompiledOption> {
    let (lowest, _) = ends(scale).unwrap_or_default();
    let worth_of = |value: i32, satisfied: bool| match measure? {
        Measure::TopTwoShare => Some(u32::from(satisfied)),
        Measure::ScaledMean => u32::try_from(value - lowest).ok(),
    };
    let options = scale.options.iter().map(|option| {
        let worth = option.value.and_then(|value| worth_of(value, option.satisfied));
        CompiledOption {
            code: option.code.clone(),
            worth,
            // Half up; exact unless the common scale was cut off.
            scaled: worth.and_then(|worth| (2 * worth * value_scale + range).checked_div(2 * range)),
        }
    });
    options.collect()
}

/// One bit for each that holds, the first the lowest.
pub(super) fn bits(flags: impl Iterator<Item = bool>) -> u64 {
    let set = flags.take(64).enumerate().filter(|(_, flag)| *flag);
    set.fold(0, |bits, (place, _)| bits | (1 << place))
}

/// Whether an item has an index.
pub(super) fn is_counted(instrument: &Instrument, item: &InstrumentItem) -> bool {
    !matches!(item.kind, ItemKind::Text | ItemKind::Profile)
        && instrument.rule.counted_kinds.contains(&item.kind)
}

/// Whether the measure can tell anything on the scale: both a low and a high answer are there.
pub(super) fn measures(measure: Measure, scale: &InstrumentScale) -> bool {
    match measure {
        Measure::TopTwoShare => {
            let valued = || scale.options.iter().filter(|option| option.value.is_some());
            valued().any(|option| option.satisfied) && valued().any(|option| !option.satisfied)
        }
        Measure::ScaledMean => ends(scale).is_some_and(|(lowest, highest)| lowest < highest),
    }
}

fn ends(scale: &InstrumentScale) -> Option<(i32, i32)> {
    let values = || scale.options.iter().filter_map(|option| option.value);
    Some((values().min()?, values().max()?))
}

fn range_of(measure: Measure, scale: &InstrumentScale) -> u32 {
    match (measure, ends(scale)) {
        (Measure::ScaledMean, Some((lowest, highest))) => lowest.abs_diff(highest).max(1),
        _ => 1,
    }
}

fn value_scale(instrument: &Instrument) -> u32 {
    let counted = instrument.items().filter(|item| is_counted(instrument, item));
    let ranges = counted.filter_map(|item| {
        let scale = instrument.scale_of(item)?;
        Some(range_of(instrument.rule.measure, scale))
    });
    let common = ranges.fold(1_u64, |common, range| {
        let range = u64::from(range);
        (common / gcd(common, range)).saturating_mul(range)
    });
    u32::try_from(common).map_or(VALUE_SCALE_MAX, |common| common.min(VALUE_SCALE_MAX))
}

const fn gcd(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}
