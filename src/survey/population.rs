//! A population that is made up by a seed, so that its true values are known: what an estimate must come near to.
//!
//! Provinces, communes, people and their answers follow from whole random numbers of one written procedure (SplitMix64), so
//! the same seed makes the same bytes on every machine, for ever. A commune has a finite population; each person's answers
//! are fixed, whether or not the person is drawn; so the true index of a commune is that of all its people, and a
//! sample is drawn from them without replacement by [`draw`]. Nothing of it is about real people.

use super::{
    compile::{CompiledInstrument, CompiledItem},
    counts::{Cell, CountPlan},
    draw::draw,
    packed::{NOT_ANSWERED, SKIPPED, symbol_of},
    quality::FlagSet,
    sample::{Allocation, allocate},
};

/// Channels of the made-up responses; a person has one.
pub const POPULATION_CHANNELS: [&str; 4] = ["post", "visit", "online", "phone"];

/// One of 65,536: random parts are taken of it.
const FULL: u64 = 1 << 16;

/// What is made up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PopulationSpec {
    /// The seed.
    pub seed: u64,
    /// Provinces, at least 1.
    pub provinces: usize,
    /// Communes of all provinces.
    pub communes: usize,
    /// Responses of all communes.
    pub responses: u64,
}

/// A made-up commune.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntheticCommune {
    /// Its code.
    pub code: String,
    /// Code of its province.
    pub province: String,
    /// People (N).
    pub population: u64,
    /// How many of them are drawn (n).
    pub sample: u64,
    place: u64,
    seed: u64,
}

/// A made-up response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntheticResponse {
    /// The person's place in the commune, from 1.
    pub person: u64,
    /// The packed answers.
    pub answers: String,
    /// One of [`POPULATION_CHANNELS`].
    pub channel: &'static str,
    /// How long the form took.
    pub seconds: u32,
    /// Who asked, on a visit; numbered in the commune.
    pub interviewer: Option<u64>,
}

/// SplitMix64, written out so that no library can change the sequence.
struct Dice(u64);

impl Dice {
    /// Dice of their own for each thing that is named by numbers.
    fn of(parts: &[u64]) -> Self {
        let mut dice = Self(0);
        for part in parts {
            dice.0 ^= part.wrapping_mul(0x2545_f491_4f6c_dd1d);
            dice.0 = dice.next();
        }
        dice
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, sides: u64) -> u64 {
        self.next() % sides.max(1)
    }
}

/// The communes of a population with their samples, which are in proportion to the people.
#[must_use]
pub fn synthetic_communes(spec: &PopulationSpec) -> Vec<SyntheticCommune> {
    let provinces = spec.provinces.max(1);
    let sizes: Vec<u64> = (0..provinces)
        .map(|province| 60 + Dice::of(&[spec.seed, 1, wide(province)]).below(80))
        .collect();
    let spread: u64 = sizes.iter().sum();
    // Scaled up so that the shares are of more communes than there are to be.
    let scaled: Vec<u64> = sizes
        .iter()
        .map(|size| size * (wide(spec.communes) / spread.max(1) + 1))
        .collect();
    let counts = allocate(Allocation::Proportional, wide(spec.communes), &scaled);
    let average = spec.responses / wide(spec.communes).max(1) + 1;
    let mut communes = Vec::with_capacity(spec.communes);
    for (province, count) in counts.into_iter().enumerate() {
        for number in 1..=count {
            let place = wide(communes.len());
            let times_thousand = 4_000 + Dice::of(&[spec.seed, 2, place]).below(10_000);
            communes.push(SyntheticCommune {
                code: format!("tinh-{:02}-xa-{number:03}", province + 1),
                province: format!("tinh-{:02}", province + 1),
                population: average * times_thousand / 1_000,
                sample: 0,
                place,
                seed: spec.seed,
            });
        }
    }
    let populations: Vec<u64> = communes.iter().map(|commune| commune.population).collect();
    let samples = allocate(Allocation::Proportional, spec.responses, &populations);
    for (commune, sample) in communes.iter_mut().zip(samples) {
        commune.sample = sample;
    }
    communes
}

impl SyntheticCommune {
    /// The responses of those who are drawn, in the order of their places.
    pub fn responses<'a>(
        &'a self,
        instrument: &'a CompiledInstrument,
    ) -> impl Iterator<Item = SyntheticResponse> + 'a {
        let drawn = draw(&self.seed.to_string(), &self.code, self.population, self.sample);
        let habits = self.habits(instrument);
        drawn
            .into_iter()
            .map(move |person| self.response(instrument, &habits, person))
    }

    /// The counts of all people of the commune: the truth.
    #[must_use]
    pub fn truth(&self, instrument: &CompiledInstrument, plan: &CountPlan) -> Cell {
        let habits = self.habits(instrument);
        let mut cell = plan.empty();
        let mut answers = String::with_capacity(instrument.packed_chars());
        for person in 1..=self.population {
            answers.clear();
            self.answer(instrument, &habits, person, &mut answers);
            plan.add(&mut cell, &answers, FlagSet::default());
        }
        cell
    }

    /// How each item is answered here: effects in 65,536ths, between a quarter and a half.
    fn habits(&self, instrument: &CompiledInstrument) -> Vec<Habit> {
        let commune = Dice::of(&[self.seed, 3, self.place]).below(FULL / 8);
        let of_item = |item: u64| Dice::of(&[self.seed, 4, item]).below(FULL / 16);
        let here = |item: u64| Dice::of(&[self.seed, 5, self.place, item]).below(FULL / 16);
        let habit =
            |(item, at): (&CompiledItem, u64)| Habit::new(item, FULL / 4 + commune + of_item(at) + here(at));
        instrument.items().iter().zip(0..).map(habit).collect()
    }

    fn response(&self, instrument: &CompiledInstrument, habits: &[Habit], person: u64) -> SyntheticResponse {
        let mut answers = String::with_capacity(instrument.packed_chars());
        self.answer(instrument, habits, person, &mut answers);
        let mut dice = Dice::of(&[self.seed, 6, self.place, person]);
        let channel = match dice.below(100) {
            0..45 => 0,
            45..70 => 1,
            70..90 => 2,
            _ => 3,
        };
        let in_a_hurry = dice.below(100) == 0;
        let seconds = if in_a_hurry {
            30 + dice.below(60)
        } else {
            240 + dice.below(900)
        };
        let interviewer = 1 + dice.below(3);
        SyntheticResponse {
            person,
            answers,
            channel: POPULATION_CHANNELS.get(channel).copied().unwrap_or("post"),
            seconds: u32::try_from(seconds).unwrap_or(u32::MAX),
            interviewer: (channel == 1).then_some(interviewer),
        }
    }

    /// What the person answers, whether or not anybody asks.
    fn answer(&self, instrument: &CompiledInstrument, habits: &[Habit], person: u64, out: &mut String) {
        let mut dice = Dice::of(&[self.seed, 7, self.place, person]);
        let attitude = dice.below(FULL / 5);
        // One in a hundred puts all crosses into one column.
        let column = (dice.below(100) == 0).then(|| dice.below(FULL * 3 / 4));
        for (item, habit) in instrument.items().iter().zip(habits) {
            let roll = dice.next();
            let asked = item.show_if.is_none_or(|condition| {
                let earlier = instrument.items().get(condition.item);
                let chosen = earlier.and_then(|earlier| chosen_of(earlier, out));
                chosen.is_some_and(|chosen| chosen & condition.options != 0)
            });
            let gap = !item.required && roll >> 32 & 63 == 0;
            if !asked || gap {
                let open = if asked { NOT_ANSWERED } else { SKIPPED };
                out.extend(std::iter::repeat_n(char::from(open), item.width()));
                continue;
            }
            let noise = (roll & (FULL - 1)) * 3 / 4;
            let mood = match column {
                Some(column) => column + FULL / 4,
                None => noise + attitude + habit.effect,
            };
            choose(item, habit, mood.min(FULL - 1), roll >> 38, out);
        }
    }
}

/// How an item is answered in a commune.
struct Habit {
    effect: u64,
    /// The options by worth, and of equal worth as they stand in the scale.
    order: Vec<usize>,
    /// The option that says nothing.
    silent: Option<usize>,
}

impl Habit {
    fn new(item: &CompiledItem, effect: u64) -> Self {
        let mut order: Vec<(Option<u32>, usize)> =
            item.options.iter().map(|option| option.worth).zip(0..).collect();
        order.sort_unstable();
        let silent = order
            .iter()
            .find(|(worth, _)| item.counted && worth.is_none())
            .map(|(_, place)| *place);
        let order = order
            .into_iter()
            .filter(|(worth, _)| !item.counted || worth.is_some());
        Self {
            effect,
            order: order.map(|(_, place)| place).collect(),
            silent,
        }
    }
}

/// Writes the answer of somebody in this mood, 0 to below 65,536.
fn choose(item: &CompiledItem, habit: &Habit, mood: u64, spare: u64, out: &mut String) {
    if item.multiple {
        let options = wide(item.options.len());
        let sure = spare % options.max(1);
        for place in 0..options {
            let chosen = place == sure || spare >> (place % 24) & 3 == 0;
            out.push(if chosen { '1' } else { '0' });
        }
        return;
    }
    let place = habit.silent.filter(|_| spare & 63 == 1).or_else(|| {
        let step = usize::try_from(mood * wide(habit.order.len()) / FULL).ok()?;
        habit.order.get(step).copied()
    });
    out.push(
        place
            .and_then(symbol_of)
            .map_or(char::from(NOT_ANSWERED), char::from),
    );
}

/// The options that were chosen of an item that stands earlier in the answers, a bit each.
fn chosen_of(item: &CompiledItem, answers: &str) -> Option<u64> {
    let symbols = answers.as_bytes().get(item.start..item.start + item.width())?;
    if item.multiple {
        return Some(super::compile::bits(symbols.iter().map(|symbol| *symbol == b'1')));
    }
    let place = super::packed::position_of(*symbols.first()?)?;
    Some(1 << place)
}

fn wide(small: usize) -> u64 {
    u64::try_from(small).unwrap_or(u64::MAX)
}
