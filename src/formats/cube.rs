//! Numbers by dimensions: the one plain form from which JSON-stat and SDMX are written.

/// A language that names are given in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lang {
    /// Vietnamese.
    #[default]
    Vi,
    /// English.
    En,
}

impl Lang {
    /// Its tag.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Vi => "vi",
            Self::En => "en",
        }
    }
}

/// A name in both languages; the English one may be lacking.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// In Vietnamese.
    pub vi: String,
    /// In English.
    pub en: Option<String>,
}

impl Names {
    /// Both names.
    pub fn new(vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            vi: vi.into(),
            en: Some(en.into()),
        }
    }

    /// The name in a language; the Vietnamese one where there is no English one.
    pub fn get(&self, lang: Lang) -> &str {
        match (lang, &self.en) {
            (Lang::En, Some(en)) => en,
            _ => &self.vi,
        }
    }
}

/// What a dimension is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Who is measured.
    Unit,
    /// What is measured: classes of it.
    Classification,
    /// What the numbers say.
    Metric,
    /// When.
    Time,
}

/// The unit of a measure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Its code.
    pub code: &'static str,
    /// Its name.
    pub names: Names,
    /// Decimals of its numbers.
    pub decimals: u8,
}

/// One category of a dimension.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Category {
    /// Its code.
    pub code: String,
    /// Its name.
    pub names: Names,
    /// The code of the category above it.
    pub parent: Option<String>,
    /// Measures: their unit.
    pub unit: Option<Unit>,
}

/// One dimension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dimension {
    /// Its id, in small letters; SDMX has its own ([`super::sdmx`]).
    pub id: &'static str,
    /// Its name.
    pub names: Names,
    /// What it is for.
    pub role: Role,
    /// Its categories, in order.
    pub categories: Vec<Category>,
}

/// What should be known of a number: a code of SDMX's `CL_OBS_STATUS`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// `A`: nothing special.
    #[default]
    Normal,
    /// `B`: what is measured has changed since the time before.
    Break,
    /// `E`: worked out from other numbers or read from a text, and not printed itself.
    Estimated,
    /// `M`: there can be no number, since it does not apply.
    NotApplicable,
    /// `O`: the number is not known.
    Missing,
}

impl Status {
    /// All that can be said.
    pub const ALL: [Self; 5] = [
        Self::Normal,
        Self::Break,
        Self::Estimated,
        Self::NotApplicable,
        Self::Missing,
    ];

    /// The code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Normal => "A",
            Self::Break => "B",
            Self::Estimated => "E",
            Self::NotApplicable => "M",
            Self::Missing => "O",
        }
    }

    /// What the code means.
    pub fn names(self) -> Names {
        match self {
            Self::Normal => Names::new("Bình thường", "Normal value"),
            Self::Break => Names::new("Gián đoạn chuỗi thời gian", "Time series break"),
            Self::Estimated => Names::new("Giá trị suy ra", "Estimated value"),
            Self::NotApplicable => Names::new("Không áp dụng", "Missing value; data cannot exist"),
            Self::Missing => Names::new("Không có số liệu", "Missing value"),
        }
    }
}

/// One number: a plain decimal, so that no float ever touches it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Observation {
    /// The number, or none.
    pub value: Option<String>,
    /// What should be known of it.
    pub status: Status,
}

impl Observation {
    /// A number; missing if there is none.
    pub fn known(value: Option<String>) -> Self {
        let status = if value.is_some() {
            Status::Normal
        } else {
            Status::Missing
        };
        Self { value, status }
    }

    /// What does not apply.
    pub fn not_applicable() -> Self {
        Self {
            value: None,
            status: Status::NotApplicable,
        }
    }

    /// The same number with another status; what is missing stays missing.
    pub fn said(mut self, status: Status) -> Self {
        if self.value.is_some() {
            self.status = status;
        }
        self
    }
}

/// Numbers by dimensions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cube {
    /// The id of its structure: letters, digits and `_`, beginning with a letter.
    pub id: String,
    /// The version of its structure.
    pub version: String,
    /// What it is.
    pub title: Names,
    /// What a reader must know.
    pub notes: Vec<String>,
    /// Where the numbers come from.
    pub source: String,
    /// When it was published, in RFC 3339.
    pub updated: String,
    /// Its dimensions; the last one runs fastest.
    pub dimensions: Vec<Dimension>,
    /// A number for each combination of categories, row by row. None where a combination has no meaning.
    pub values: Vec<Option<Observation>>,
}

impl Cube {
    /// How many combinations there are.
    pub fn size(&self) -> usize {
        self.dimensions
            .iter()
            .map(|dimension| dimension.categories.len())
            .product()
    }

    /// The combinations in order, each with its number.
    pub fn observations(&self) -> impl Iterator<Item = (Vec<&Category>, &Observation)> {
        self.values
            .iter()
            .enumerate()
            .filter_map(|(position, value)| Some((self.key(position), value.as_ref()?)))
    }

    /// The categories of a combination.
    fn key(&self, position: usize) -> Vec<&Category> {
        let mut left = position;
        let mut key: Vec<&Category> = Vec::with_capacity(self.dimensions.len());
        for dimension in self.dimensions.iter().rev() {
            let size = dimension.categories.len().max(1);
            key.extend(dimension.categories.get(left % size));
            left /= size;
        }
        key.reverse();
        key
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    fn category(code: &str, vi: &str, parent: Option<&str>) -> Category {
        Category {
            code: code.into(),
            names: Names {
                vi: vi.into(),
                en: None,
            },
            parent: parent.map(Into::into),
            unit: None,
        }
    }

    /// Two agencies by a node with one below it by points.
    pub fn small() -> Cube {
        let points = Category {
            unit: Some(Unit {
                code: "POINTS",
                names: Names::new("điểm", "points"),
                decimals: 2,
            }),
            names: Names::new("Điểm", "Points"),
            ..category("points", "", None)
        };
        let dimension = |id, role, categories| Dimension {
            id,
            names: Names::new(id, id),
            role,
            categories,
        };
        let known = |text: &str| Some(Observation::known(Some(text.into())));
        Cube {
            id: "P0123".into(),
            version: "1.0.0".into(),
            title: Names::new("Điểm <thử> \"1\"", "Test & points"),
            notes: vec!["Minh họa".into()],
            source: "PAR Index".into(),
            updated: "2024-04-17T02:00:00Z".into(),
            dimensions: vec![
                dimension("year", Role::Time, vec![category("2023", "2023", None)]),
                dimension(
                    "agency",
                    Role::Unit,
                    vec![
                        category("moj", "Bộ Tư pháp, “MOJ”", None),
                        category("quang-ninh", "Quảng Ninh", None),
                    ],
                ),
                dimension(
                    "node",
                    Role::Classification,
                    vec![
                        category("1", "Lĩnh vực", None),
                        category("1.1", "Tiêu chí", Some("1")),
                    ],
                ),
                dimension("measure", Role::Metric, vec![points]),
            ],
            values: vec![
                known("84.40"),
                known("-0.10"),
                Some(Observation::not_applicable()),
                Some(Observation::known(None)),
            ],
        }
    }

    #[test]
    fn the_last_dimension_runs_fastest() {
        let cube = small();
        assert_eq!(cube.size(), 4);
        let keys: Vec<String> = cube
            .observations()
            .map(|(key, _)| {
                key.iter()
                    .map(|category| category.code.as_str())
                    .collect::<Vec<_>>()
                    .join("/")
            })
            .collect();
        assert_eq!(
            keys,
            [
                "2023/moj/1/points",
                "2023/moj/1.1/points",
                "2023/quang-ninh/1/points",
                "2023/quang-ninh/1.1/points"
            ]
        );
    }

    #[test]
    fn what_is_missing_is_not_an_estimate() {
        let missing = Observation::known(None).said(Status::Estimated);
        assert_eq!(missing.status, Status::Missing);
        assert_eq!(
            Observation::known(Some("1".into())).said(Status::Break).status,
            Status::Break
        );
    }
}
