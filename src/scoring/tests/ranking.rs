//! Places, ties, bands and means, against hand-made tables and the published one of 2023.

use super::*;

/// A set of one leaf, so that the index is what the test says.
fn one_leaf(basis: &str, ties: &str) -> CompiledSet {
    let mut value = set_of(
        "100",
        "sum",
        json!([container("1", "100", "sum", json!([free_leaf("1.1", "100")]))]),
    );
    value["ranking"] = json!({"basis": basis, "ties": ties});
    value["bands"] = json!([{"code": "A", "name_vi": "Nhóm A", "from": "90"}, {"code": "B", "name_vi": "Nhóm B", "from": "80"},
        {"code": "C", "name_vi": "Nhóm C", "from": "0"}]);
    value["not_ranked"] = json!(["exempt"]);
    compiled(value)
}

fn card(set: &CompiledSet, points: &str) -> Scorecard {
    score(set, &answers(set, [("1.1", points_set(points))]))
}

/// Ranks (agency, region, points); every agency is a province.
fn ranking(set: &CompiledSet, table: &[(&str, Option<&str>, &str)]) -> Ranking {
    let cards: Vec<Scorecard> = table.iter().map(|(.., points)| card(set, points)).collect();
    let contenders: Vec<Contender<'_>> = table
        .iter()
        .zip(&cards)
        .map(|((agency, region, _), card)| Contender {
            agency: (*agency).to_owned(),
            region: region.map(str::to_owned),
            level: "province".into(),
            ranked: *agency != "guest",
            card,
        })
        .collect();
    rank(set, &contenders)
}

fn places(ranking: &Ranking) -> Vec<(&str, u32, &str)> {
    ranking
        .entries
        .iter()
        .map(|entry| {
            (
                entry.figures.agency.as_str(),
                entry.place,
                entry.place_label.as_str(),
            )
        })
        .collect()
}

const TIED: [(&str, Option<&str>, &str); 4] = [
    ("d", Some("north"), "70"),
    ("c", Some("south"), "80"),
    ("b", Some("north"), "80"),
    ("a", Some("south"), "90"),
];

#[test]
fn ties_follow_the_declared_rule() {
    let of = |ties: &str| ranking(&one_leaf("exact", ties), &TIED);
    assert_eq!(
        places(&of("competition")),
        [("a", 1, "1"), ("b", 2, "2"), ("c", 2, "2"), ("d", 4, "4")]
    );
    assert_eq!(
        places(&of("dense")),
        [("a", 1, "1"), ("b", 2, "2"), ("c", 2, "2"), ("d", 3, "3")]
    );
    assert_eq!(
        places(&of("shared")),
        [("a", 1, "1"), ("b", 2, "=2"), ("c", 2, "=2"), ("d", 4, "4")]
    );
}

#[test]
fn places_within_region_and_level_follow_the_same_rule() {
    let mut table = TIED.to_vec();
    table.push(("e", None, "75"));
    let ranking = ranking(&one_leaf("exact", "competition"), &table);
    let within: Vec<_> = ranking
        .entries
        .iter()
        .map(|entry| (entry.place_in_region, entry.place_in_level))
        .collect();
    assert_eq!(
        within,
        [(Some(1), 1), (Some(1), 2), (Some(2), 2), (None, 4), (Some(2), 5)]
    );
}

#[test]
fn the_basis_decides_ties_bands_and_means() {
    let table = [
        ("a", None, "89.995"),
        ("b", None, "90.004"),
        ("c", None, "79.994"),
    ];
    let exact = ranking(&one_leaf("exact", "shared"), &table);
    assert_eq!(places(&exact), [("b", 1, "1"), ("a", 2, "2"), ("c", 3, "3")]);
    let bands = |ranking: &Ranking| {
        ranking
            .entries
            .iter()
            .map(|entry| entry.figures.band.clone().unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(bands(&exact), ["A", "B", "C"]);
    let printed = ranking(&one_leaf("printed", "shared"), &table);
    assert_eq!(
        places(&printed),
        [("a", 1, "=1"), ("b", 1, "=1"), ("c", 3, "3")],
        "both are printed as 90.00"
    );
    assert_eq!(bands(&printed), ["A", "A", "C"]);
    // Exact: 259.993 / 3 = 86.664333…; printed: (90 + 90 + 79.99) / 3 = 86.663333…
    assert_eq!(exact.overall.unwrap().mean, pt("86.664333"));
    let overall = printed.overall.unwrap();
    assert_eq!(
        (overall.mean, overall.mean_printed, overall.n),
        (pt("86.663333"), pt("86.66"), 3)
    );
    assert_eq!(
        printed.by_domain[0].mean, overall.mean,
        "domains stand on the same basis"
    );
}

#[test]
fn assessed_but_not_ranked_stand_apart_and_count_in_no_mean() {
    let table = [
        ("guest", Some("north"), "99"),
        ("exempt", Some("north"), "98"),
        ("a", Some("north"), "50"),
    ];
    let ranking = ranking(&one_leaf("exact", "competition"), &table);
    assert_eq!(places(&ranking), [("a", 1, "1")]);
    let apart: Vec<_> = ranking
        .not_ranked
        .iter()
        .map(|figures| (figures.agency.as_str(), figures.band.as_deref()))
        .collect();
    assert_eq!(apart, [("exempt", Some("A")), ("guest", Some("A"))]);
    assert_eq!(ranking.overall.unwrap().mean, pt("50"));
    assert_eq!(ranking.by_region[0].n, 1);
}

#[test]
fn groups_have_their_statistics() {
    let mut table = TIED.to_vec();
    table.push(("e", Some("north"), "60.000001"));
    let ranking = ranking(&one_leaf("exact", "competition"), &table);
    let north = &ranking.by_region[0];
    assert_eq!(
        (north.code.as_str(), north.n, north.max, north.min),
        ("north", 3, pt("80"), pt("60.000001"))
    );
    assert_eq!(
        (north.mean, north.mean_printed),
        (pt("70"), pt("70")),
        "210.000001 / 3 = 70.0000003"
    );
    assert_eq!(ranking.by_region[1].mean, pt("85"));
    assert_eq!(ranking.by_level.len(), 1);
    assert_eq!(
        ranking.overall.unwrap().mean,
        pt("76"),
        "a plain mean of agencies, not of regions"
    );
}

#[test]
fn nobody_at_all_is_a_ranking_too() {
    let ranking = ranking(&one_leaf("exact", "competition"), &[]);
    assert!(ranking.entries.is_empty() && ranking.overall.is_none() && ranking.by_domain.is_empty());
}

#[test]
fn domains_that_do_not_apply_are_left_out_of_their_mean() {
    let set = compiled(set_of(
        "100",
        "sum",
        json!([
            container("1", "60", "sum", json!([free_leaf("1.1", "60")])),
            container("2", "40", "sum", json!([free_leaf("2.1", "40")]))
        ]),
    ));
    let first = score(
        &set,
        &answers(
            &set,
            [
                ("1.1", points_set("30")),
                ("2.1", recognised(Declared::NOT_APPLICABLE)),
            ],
        ),
    );
    let second = score(
        &set,
        &answers(&set, [("1.1", points_set("60")), ("2.1", points_set("10"))]),
    );
    let contender = |agency: &str, card| Contender {
        agency: agency.into(),
        region: None,
        level: "ministry".into(),
        ranked: true,
        card,
    };
    let ranking = rank(&set, &[contender("x", &first), contender("y", &second)]);
    assert_eq!(ranking.entries[1].figures.domains[1].index, None);
    let domains: Vec<_> = ranking
        .by_domain
        .iter()
        .map(|domain| (domain.n, domain.mean))
        .collect();
    assert_eq!(domains, [(2, pt("75")), (1, pt("25"))]);
}

#[test]
fn the_published_ranking_of_2023_comes_out() {
    // Total and place as printed: shared/data/par_index_2023_ministries.csv. What must hold: `domain.md` §3.
    const PRINTED: [(&str, Option<&str>, &str); 17] = [
        ("moj", None, "89.95"),
        ("sbv", None, "89.89"),
        ("mof", None, "89.18"),
        ("moha", None, "87.04"),
        ("monre", None, "87.01"),
        ("mard", None, "86.41"),
        ("moc", None, "86.28"),
        ("mot", None, "86.18"),
        ("mic", None, "85.83"),
        ("molisa", None, "85.81"),
        ("mcst", None, "83.56"),
        ("moet", None, "80.53"),
        ("most", None, "80.38"),
        ("mpi", None, "80.07"),
        ("moh", None, "79.80"),
        ("mofa", None, "78.48"),
        ("moit", None, "78.03"),
    ];
    let mut shuffled = PRINTED;
    shuffled.reverse();
    let ranking = ranking(&one_leaf("printed", "competition"), &shuffled);
    let expected: Vec<(&str, u32)> = PRINTED
        .iter()
        .zip(1..)
        .map(|((agency, ..), place)| (*agency, place))
        .collect();
    let found: Vec<(&str, u32)> = places(&ranking)
        .into_iter()
        .map(|(agency, place, _)| (agency, place))
        .collect();
    assert_eq!(found, expected);
    let scores: Vec<Points> = ranking
        .entries
        .iter()
        .map(|entry| entry.figures.score_printed)
        .collect();
    let overall = ranking.overall.unwrap();
    assert_eq!(
        (overall.n, overall.mean, overall.mean_printed),
        (17, pt("84.378235"), pt("84.38"))
    );
    assert_eq!(scores.iter().filter(|score| **score > overall.mean).count(), 10);
    assert_eq!(scores.iter().filter(|score| **score > pt("80")).count(), 14);
    assert_eq!(
        (overall.max - overall.min, scores[0] - scores[1]),
        (pt("11.92"), pt("0.06"))
    );
}
