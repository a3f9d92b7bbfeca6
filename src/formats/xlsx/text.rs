//! Texts in the XML of a workbook: entities, and characters that XML can't hold (`_x000D_`).

use quick_xml::{
    Reader, XmlVersion,
    events::{BytesStart, Event},
};

/// What walking through XML can come to grief over; which part it was, the caller knows.
#[derive(Debug)]
pub(super) struct BadXml;

impl From<quick_xml::Error> for BadXml {
    fn from(_: quick_xml::Error) -> Self {
        Self
    }
}

/// A reader that shows `<a/>` as `<a></a>`.
pub(super) fn reader(xml: &str) -> Reader<&[u8]> {
    let mut reader = Reader::from_str(xml);
    reader.config_mut().expand_empty_elements = true;
    reader
}

/// An attribute, by its local name.
pub(super) fn attribute(element: &BytesStart<'_>, name: &str) -> Result<Option<String>, BadXml> {
    for attribute in element.attributes() {
        let attribute = attribute.map_err(|_| BadXml)?;
        if attribute.key.local_name().as_ref() == name {
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|_| BadXml)?;
            return Ok(Some(value.into_owned()));
        }
    }
    Ok(None)
}

/// Adds what an event says to a text; events that are no text add nothing.
pub(super) fn push_event(text: &mut String, event: &Event<'_>) -> Result<(), BadXml> {
    match event {
        Event::Text(part) => text.push_str(&part.xml10_content()),
        Event::CData(part) => text.push_str(&part.xml10_content()),
        Event::GeneralRef(entity) => {
            if let Some(character) = entity.resolve_char_ref()? {
                text.push(character);
            } else {
                text.push(match entity.xml10_content().as_ref() {
                    "lt" => '<',
                    "gt" => '>',
                    "amp" => '&',
                    "apos" => '\'',
                    "quot" => '"',
                    // An entity of the file's own: nobody's spreadsheet writes one.
                    _ => return Err(BadXml),
                });
            }
        }
        _ => {}
    }
    Ok(())
}

/// The text up to the end of the element that was just opened.
pub(super) fn element_text(reader: &mut Reader<&[u8]>, name: &str) -> Result<String, BadXml> {
    let mut text = String::new();
    loop {
        match reader.read_event()? {
            Event::End(end) if end.local_name().as_ref() == name => return Ok(text),
            Event::Eof => return Err(BadXml),
            event => push_event(&mut text, &event)?,
        }
    }
}

/// The text of a string item (`<si>`, `<is>`): its runs put together, without readings (`<rPh>`).
pub(super) fn rich_text(reader: &mut Reader<&[u8]>, name: &str) -> Result<String, BadXml> {
    let mut text = String::new();
    let mut in_reading = false;
    loop {
        match reader.read_event()? {
            Event::Start(start) => match start.local_name().as_ref() {
                "rPh" => in_reading = true,
                "t" => {
                    let run = element_text(reader, "t")?;
                    if !in_reading {
                        text.push_str(&run);
                    }
                }
                _ => {}
            },
            Event::End(end) if end.local_name().as_ref() == "rPh" => in_reading = false,
            Event::End(end) if end.local_name().as_ref() == name => return Ok(decode_escapes(&text)),
            Event::Eof => return Err(BadXml),
            _ => {}
        }
    }
}

/// Undoes `_xHHHH_`, the way in which a workbook writes characters that XML does not hold.
pub(super) fn decode_escapes(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("_x") {
        let (before, from) = rest.split_at(start);
        out.push_str(before);
        let code = from
            .get(2..6)
            .filter(|_| from.as_bytes().get(6) == Some(&b'_'))
            .filter(|code| code.bytes().all(|byte| byte.is_ascii_hexdigit()))
            .and_then(|code| u32::from_str_radix(code, 16).ok())
            .and_then(char::from_u32);
        let taken = if let Some(character) = code {
            out.push(character);
            7
        } else {
            out.push_str("_x");
            2
        };
        rest = from.get(taken..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}
