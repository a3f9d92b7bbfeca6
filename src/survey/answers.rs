//! Reading a response: from what was sent, by item or packed, to the packed form. Skip rules are applied here.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    compile::{CompiledInstrument, CompiledItem, Condition, ItemPlace, TextItem},
    packed::{NOT_ANSWERED, SKIPPED, position_of, symbol_of},
    validate::limits::FREE_TEXT_CHARS_MAX,
};
use crate::scoring::code_enum;

/// The answer to one item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum AnswerInput {
    /// The code of the option, or the words of a free answer.
    One(String),
    /// The codes of the options, where several can be chosen.
    Many(Vec<String>),
    /// `null`: not answered.
    Nothing,
}

/// Answers as they come: by item, or packed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum GivenAnswers {
    /// Packed: an item a character, in the instrument's order. It holds no free answers.
    Packed(String),
    /// By the item's code; `null` or absent: not answered.
    Items(BTreeMap<String, AnswerInput>),
}

/// A response that was found good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackedResponse {
    /// The packed answers.
    pub answers: String,
    /// Free answers: code of the item and text.
    pub texts: Vec<(String, String)>,
}

code_enum! {
    /// Stable codes of faults in a response's answers.
    pub enum AnswerFaultCode {
        /// The instrument has no such item.
        UnknownItem = "unknown_item",
        /// The item has no such option.
        UnknownOption = "unknown_option",
        /// The item takes one answer and has several, or the same option twice.
        SeveralOptions = "several_options",
        /// The item is answered, but a skip rule leaves it out.
        SkippedByRule = "skipped_by_rule",
        /// The item must be answered.
        AnswerRequired = "answer_required",
        /// The packed answers have too many or too few characters.
        WrongLength = "wrong_length",
        /// Nothing at all is answered.
        NothingAnswered = "nothing_answered",
        /// A free answer is too long.
        TextTooLong = "text_too_long",
    }
}

/// One fault of a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerFault {
    /// Code of the item; none for the response as a whole.
    pub item: Option<String>,
    /// Stable code.
    pub code: AnswerFaultCode,
    /// What is wrong and how to mend it, in Vietnamese.
    pub message_vi: String,
    /// What is wrong and how to mend it, in English.
    pub message_en: String,
}

impl AnswerFault {
    fn new(item: Option<&str>, code: AnswerFaultCode) -> Self {
        let (vi, en) = match code {
            AnswerFaultCode::UnknownItem => {
                ("Phiếu không có câu hỏi này.", "The instrument has no such item.")
            }
            AnswerFaultCode::UnknownOption => (
                "Câu hỏi không có lựa chọn này; dùng mã lựa chọn của thang đo.",
                "The item has no such option; use the code of an option of its scale.",
            ),
            AnswerFaultCode::SeveralOptions => (
                "Câu hỏi chỉ nhận một lựa chọn, hoặc một lựa chọn được nêu hai lần.",
                "The item takes one option, or an option is named twice.",
            ),
            AnswerFaultCode::SkippedByRule => (
                "Câu này không được hỏi theo câu trả lời trước; để trống.",
                "By an earlier answer this item is not asked; leave it out.",
            ),
            AnswerFaultCode::AnswerRequired => ("Câu hỏi bắt buộc trả lời.", "This item must be answered."),
            AnswerFaultCode::WrongLength => (
                "Chuỗi trả lời phải có đúng số ký tự của phiếu.",
                "The packed answers must have exactly the characters of the instrument.",
            ),
            AnswerFaultCode::NothingAnswered => ("Phiếu không có câu trả lời nào.", "Nothing is answered."),
            AnswerFaultCode::TextTooLong => (
                "Câu trả lời tự luận tối đa 2000 ký tự.",
                "A free answer has at most 2000 characters.",
            ),
        };
        Self {
            item: item.map(ToOwned::to_owned),
            code,
            message_vi: vi.to_owned(),
            message_en: en.to_owned(),
        }
    }
}

/// What was said to an item, before skip rules.
#[derive(Clone, Copy)]
enum Said {
    Nothing,
    /// A bit for each chosen option.
    Options(u64),
    /// The packed form says that the item was skipped.
    Skipped,
}

/// Packs while the items are walked in order, so that skip rules look back only.
struct Packing<'a> {
    instrument: &'a CompiledInstrument,
    chosen: Vec<u64>,
    out: String,
    answered: bool,
    faults: Vec<AnswerFault>,
}

impl CompiledInstrument {
    /// Checks what was sent and packs it.
    ///
    /// # Errors
    /// Every fault of the response, in the instrument's order; unknown items first.
    pub fn pack(&self, given: &GivenAnswers) -> Result<PackedResponse, Vec<AnswerFault>> {
        match given {
            GivenAnswers::Packed(text) => self.pack_text(text),
            GivenAnswers::Items(items) => self.pack_items(items),
        }
    }

    /// Checks packed answers. What a skip rule leaves out becomes skipped, also where it was sent as not answered. They
    /// hold no free answers, so none is missed.
    ///
    /// # Errors
    /// See [`CompiledInstrument::pack`].
    pub fn pack_text(&self, text: &str) -> Result<PackedResponse, Vec<AnswerFault>> {
        if text.len() != self.packed_chars() {
            return Err(vec![AnswerFault::new(None, AnswerFaultCode::WrongLength)]);
        }
        let mut packing = Packing::new(self);
        for item in self.items() {
            let symbols = text.as_bytes().get(item.start..item.start + item.width());
            let said = symbols.and_then(|symbols| said_by_symbols(item, symbols));
            packing.add(item, said.ok_or(AnswerFaultCode::UnknownOption));
        }
        packing.finish(Vec::new())
    }

    /// Checks answers by item.
    ///
    /// # Errors
    /// See [`CompiledInstrument::pack`].
    pub fn pack_items(
        &self,
        given: &BTreeMap<String, AnswerInput>,
    ) -> Result<PackedResponse, Vec<AnswerFault>> {
        let mut packing = Packing::new(self);
        for code in given.keys().filter(|code| self.place(code).is_none()) {
            packing.fault(code, AnswerFaultCode::UnknownItem);
        }
        let answer_to = |code: &str| given.get(code);
        for item in self.items() {
            let said = answer_to(&item.code).map_or(Ok(Said::Nothing), |answer| said_by_codes(item, answer));
            packing.add(item, said);
        }
        let mut texts = Vec::new();
        for text in self.texts() {
            if let Some(words) = packing.free_answer(text, answer_to(&text.code)) {
                texts.push((text.code.clone(), words));
            }
        }
        packing.finish(texts)
    }

    /// Packed answers by item, as they were given; none if they are not of this instrument.
    #[must_use]
    pub fn unpack(&self, packed: &str) -> Option<BTreeMap<String, AnswerInput>> {
        if packed.len() != self.packed_chars() {
            return None;
        }
        let mut answers = BTreeMap::new();
        for item in self.items() {
            let symbols = packed.as_bytes().get(item.start..item.start + item.width())?;
            let Said::Options(chosen) = said_by_symbols(item, symbols)? else {
                continue;
            };
            let options = item.options.iter().enumerate();
            let mut codes = options
                .filter(|(place, _)| chosen >> place & 1 == 1)
                .map(|(_, option)| option.code.clone());
            let answer = if item.multiple {
                AnswerInput::Many(codes.collect())
            } else {
                AnswerInput::One(codes.next()?)
            };
            answers.insert(item.code.clone(), answer);
        }
        Some(answers)
    }

    /// Whether the item at this place is asked, by answers that are packed so far. For forms that are shown page by page.
    #[must_use]
    pub fn is_asked(&self, place: ItemPlace, packed: &str) -> bool {
        let show_if = match place {
            ItemPlace::Packed(at) => self.items().get(at).and_then(|item| item.show_if),
            ItemPlace::Text(at) => self.texts().get(at).and_then(|text| text.show_if),
        };
        show_if.is_none_or(|condition| {
            let asked = self.items().get(condition.item);
            let said = asked.and_then(|item| {
                let symbols = packed.as_bytes().get(item.start..item.start + item.width())?;
                said_by_symbols(item, symbols)
            });
            matches!(said, Some(Said::Options(chosen)) if chosen & condition.options != 0)
        })
    }
}

fn said_by_symbols(item: &CompiledItem, symbols: &[u8]) -> Option<Said> {
    let all = |symbol: u8| symbols.iter().all(|other| *other == symbol);
    if all(NOT_ANSWERED) {
        return Some(Said::Nothing);
    }
    if all(SKIPPED) {
        return Some(Said::Skipped);
    }
    if item.multiple {
        let chosen = symbols
            .iter()
            .enumerate()
            .try_fold(0_u64, |chosen, (place, symbol)| match symbol {
                b'0' => Some(chosen),
                b'1' => Some(chosen | 1 << place),
                _ => None,
            })?;
        return (chosen != 0).then_some(Said::Options(chosen));
    }
    let place = position_of(*symbols.first()?)?;
    (place < item.options.len()).then(|| Said::Options(1 << place))
}

fn said_by_codes(item: &CompiledItem, answer: &AnswerInput) -> Result<Said, AnswerFaultCode> {
    let codes = match answer {
        AnswerInput::One(code) => std::slice::from_ref(code),
        AnswerInput::Nothing => return Ok(Said::Nothing),
        AnswerInput::Many(codes) if codes.is_empty() => return Ok(Said::Nothing),
        AnswerInput::Many(codes) => codes,
    };
    if codes.len() > 1 && !item.multiple {
        return Err(AnswerFaultCode::SeveralOptions);
    }
    let mut chosen = 0_u64;
    for code in codes {
        let place = item.options.iter().position(|option| option.code == *code);
        let bit = 1 << place.ok_or(AnswerFaultCode::UnknownOption)?;
        if chosen & bit != 0 {
            return Err(AnswerFaultCode::SeveralOptions);
        }
        chosen |= bit;
    }
    Ok(Said::Options(chosen))
}

impl<'a> Packing<'a> {
    fn new(instrument: &'a CompiledInstrument) -> Self {
        Self {
            instrument,
            chosen: Vec::with_capacity(instrument.items().len()),
            out: String::with_capacity(instrument.packed_chars()),
            answered: false,
            faults: Vec::new(),
        }
    }

    fn fault(&mut self, item: &str, code: AnswerFaultCode) {
        self.faults.push(AnswerFault::new(Some(item), code));
    }

    fn is_shown(&self, show_if: Option<Condition>) -> bool {
        show_if.is_none_or(|condition| {
            let chosen = self.chosen.get(condition.item).copied().unwrap_or(0);
            chosen & condition.options != 0
        })
    }

    fn add(&mut self, item: &CompiledItem, said: Result<Said, AnswerFaultCode>) {
        let shown = self.is_shown(item.show_if);
        let mut chosen = 0;
        match said {
            Err(code) => self.fault(&item.code, code),
            Ok(Said::Options(_)) if !shown => self.fault(&item.code, AnswerFaultCode::SkippedByRule),
            Ok(Said::Options(options)) => chosen = options,
            Ok(Said::Nothing | Said::Skipped) if shown && item.required => {
                self.fault(&item.code, AnswerFaultCode::AnswerRequired);
            }
            // An item that is shown can't be skipped: the packed form was made with another rule in mind, and means «open».
            Ok(Said::Nothing | Said::Skipped) => {}
        }
        self.answered |= chosen != 0;
        self.chosen.push(chosen);
        let open = if shown { NOT_ANSWERED } else { SKIPPED };
        self.write(item, chosen, open);
    }

    fn write(&mut self, item: &CompiledItem, chosen: u64, open: u8) {
        if chosen != 0 && !item.multiple {
            let place = usize::try_from(chosen.trailing_zeros()).ok();
            let symbol = place.and_then(symbol_of).unwrap_or(open);
            self.out.push(char::from(symbol));
            return;
        }
        for place in 0..item.width() {
            let symbol = match chosen {
                0 => open,
                _ => b'0' + u8::from(chosen >> place & 1 == 1),
            };
            self.out.push(char::from(symbol));
        }
    }

    fn free_answer(&mut self, text: &TextItem, answer: Option<&AnswerInput>) -> Option<String> {
        let words = match answer {
            Some(AnswerInput::One(words)) => words.trim(),
            Some(AnswerInput::Many(_)) => {
                self.fault(&text.code, AnswerFaultCode::SeveralOptions);
                return None;
            }
            Some(AnswerInput::Nothing) | None => "",
        };
        let shown = self.is_shown(text.show_if);
        if words.is_empty() {
            if shown && text.required {
                self.fault(&text.code, AnswerFaultCode::AnswerRequired);
            }
            return None;
        }
        if !shown {
            self.fault(&text.code, AnswerFaultCode::SkippedByRule);
        } else if words.chars().count() > FREE_TEXT_CHARS_MAX {
            self.fault(&text.code, AnswerFaultCode::TextTooLong);
        }
        self.answered = true;
        Some(words.to_owned())
    }

    fn finish(mut self, texts: Vec<(String, String)>) -> Result<PackedResponse, Vec<AnswerFault>> {
        debug_assert_eq!(self.out.len(), self.instrument.packed_chars());
        if self.faults.is_empty() && !self.answered {
            self.faults
                .push(AnswerFault::new(None, AnswerFaultCode::NothingAnswered));
        }
        if self.faults.is_empty() {
            Ok(PackedResponse {
                answers: self.out,
                texts,
            })
        } else {
            Err(self.faults)
        }
    }
}
