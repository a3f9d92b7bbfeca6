//! A structure as SDMX-ML 3.0.

use quick_xml::escape::escape;

use super::{
    MAINTAINER,
    structure::{Codelist, Structure},
};
use crate::formats::cube::Names;

const SCHEMAS: &str = "http://www.sdmx.org/resources/sdmxml/schemas/v3_0";

/// Writes a structure.
pub fn write_structure_xml(structure: &Structure) -> String {
    let mut xml = Xml(String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"));
    xml.open(&format!(
        "mes:Structure xmlns:mes=\"{SCHEMAS}/message\" xmlns:str=\"{SCHEMAS}/structure\" xmlns:com=\"{SCHEMAS}/common\""
    ));
    xml.open("mes:Header");
    xml.leaf("mes:ID", &structure.id);
    xml.leaf("mes:Test", "false");
    xml.leaf("mes:Prepared", &structure.prepared);
    xml.empty(&format!("mes:Sender id=\"{MAINTAINER}\""));
    xml.close("mes:Header");
    xml.open("mes:Structures");
    xml.dataflow(structure);
    xml.open("str:Codelists");
    for list in &structure.codelists {
        xml.codelist(list);
    }
    xml.close("str:Codelists");
    xml.concepts(structure);
    xml.data_structure(structure);
    xml.close("mes:Structures");
    xml.close("mes:Structure");
    xml.0
}

struct Xml(String);

impl Xml {
    fn open(&mut self, tag: &str) {
        self.0.push_str(&format!("<{tag}>"));
    }

    fn empty(&mut self, tag: &str) {
        self.0.push_str(&format!("<{tag}/>"));
    }

    fn close(&mut self, name: &str) {
        self.0.push_str(&format!("</{name}>\n"));
    }

    fn leaf(&mut self, tag: &str, text: &str) {
        // XML has no way to write the other control characters.
        let text: String = text
            .chars()
            .filter(|c| !c.is_control() || matches!(c, '\n' | '\t'))
            .collect();
        let name = tag.split(' ').next().unwrap_or(tag);
        self.0
            .push_str(&format!("<{tag}>{}</{name}>", escape(text.as_str())));
    }

    fn names(&mut self, names: &Names) {
        self.leaf("com:Name xml:lang=\"vi\"", &names.vi);
        if let Some(en) = &names.en {
            self.leaf("com:Name xml:lang=\"en\"", en);
        }
    }

    fn maintained(&mut self, kind: &str, id: &str, version: &str) {
        self.open(&format!(
            "{kind} id=\"{id}\" agencyID=\"{MAINTAINER}\" version=\"{version}\" isExternalReference=\"false\""
        ));
    }

    fn dataflow(&mut self, structure: &Structure) {
        self.open("str:Dataflows");
        self.maintained("str:Dataflow", &structure.id, &structure.version);
        self.names(&structure.names);
        self.leaf("str:Structure", &structure.urn());
        self.close("str:Dataflow");
        self.close("str:Dataflows");
    }

    fn codelist(&mut self, list: &Codelist) {
        self.maintained("str:Codelist", &list.id, &list.version);
        self.names(&list.names);
        for code in &list.codes {
            self.open(&format!("str:Code id=\"{}\"", escape(code.id.as_str())));
            self.names(&code.names);
            if let Some(parent) = &code.parent {
                self.leaf("str:Parent", parent);
            }
            self.close("str:Code");
        }
        self.close("str:Codelist");
    }

    fn concepts(&mut self, structure: &Structure) {
        let (id, version) = Structure::concept_scheme();
        self.open("str:ConceptSchemes");
        self.maintained("str:ConceptScheme", id, version);
        self.names(&Names::new(
            "Khái niệm của Chỉ số CCHC",
            "Concepts of the PAR Index",
        ));
        for (id, names) in &structure.concepts {
            self.open(&format!("str:Concept id=\"{id}\""));
            self.names(names);
            self.close("str:Concept");
        }
        self.close("str:ConceptScheme");
        self.close("str:ConceptSchemes");
    }

    fn data_structure(&mut self, structure: &Structure) {
        self.open("str:DataStructures");
        self.maintained("str:DataStructure", &structure.id, &structure.version);
        self.names(&structure.names);
        self.open("str:DataStructureComponents");
        self.open("str:DimensionList");
        for (position, (id, list)) in structure.dimensions.iter().enumerate() {
            self.open(&format!(
                "str:Dimension id=\"{id}\" position=\"{}\"",
                position + 1
            ));
            self.coded(id, list);
            self.close("str:Dimension");
        }
        self.open("str:TimeDimension id=\"TIME_PERIOD\"");
        self.formatted("TIME_PERIOD", "ObservationalTimePeriod");
        self.close("str:TimeDimension");
        self.close("str:DimensionList");
        self.open("str:AttributeList");
        self.attribute("OBS_STATUS", "CL_OBS_STATUS", "mandatory", None);
        self.attribute("UNIT_MEASURE", "CL_UNIT_MEASURE", "optional", Some("MEASURE"));
        self.close("str:AttributeList");
        self.open("str:MeasureList");
        self.open("str:Measure id=\"OBS_VALUE\" usage=\"optional\"");
        self.formatted("OBS_VALUE", "Double");
        self.close("str:Measure");
        self.close("str:MeasureList");
        self.close("str:DataStructureComponents");
        self.close("str:DataStructure");
        self.close("str:DataStructures");
    }

    /// An attribute of each number, or of a dimension.
    fn attribute(&mut self, id: &str, list: &str, usage: &str, of: Option<&str>) {
        self.open(&format!("str:Attribute id=\"{id}\" usage=\"{usage}\""));
        self.coded(id, &Structure::common_codelist(list));
        self.open("str:AttributeRelationship");
        match of {
            Some(dimension) => self.leaf("str:Dimension", dimension),
            None => self.empty("str:Observation"),
        }
        self.close("str:AttributeRelationship");
        self.close("str:Attribute");
    }

    fn coded(&mut self, id: &str, list: &str) {
        self.leaf("str:ConceptIdentity", &Structure::concept(id));
        self.open("str:LocalRepresentation");
        self.leaf("str:Enumeration", list);
        self.close("str:LocalRepresentation");
    }

    fn formatted(&mut self, id: &str, format: &str) {
        self.leaf("str:ConceptIdentity", &Structure::concept(id));
        self.open("str:LocalRepresentation");
        self.empty(&format!("str:TextFormat textType=\"{format}\""));
        self.close("str:LocalRepresentation");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::cube::tests::small;

    #[test]
    fn every_name_and_code_is_escaped_and_well_formed() {
        let text = write_structure_xml(&Structure::of(&small()));
        let mut reader = quick_xml::Reader::from_str(&text);
        let mut depth = 0;
        loop {
            match reader.read_event().unwrap() {
                quick_xml::events::Event::Start(_) => depth += 1,
                quick_xml::events::Event::End(_) => depth -= 1,
                quick_xml::events::Event::Eof => break,
                _ => {}
            }
        }
        assert_eq!(depth, 0);
        assert!(text.contains("Điểm &lt;thử&gt;"), "{text}");
        assert!(text.contains("Test &amp; points"), "{text}");
        assert!(text.contains("<str:Code id=\"N1_1\">"), "{text}");
        assert!(text.contains("<str:Parent>N1</str:Parent>"), "{text}");
        assert!(text.contains("Codelist=PARINDEX:P0123_AGENCY(1.0.0)"), "{text}");
    }
}
