//! A made-up population for trying surveys: agencies, a sample plan, batches of responses, and the truth.

use std::{
    collections::BTreeMap,
    fs,
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};

use clap::Subcommand;
use serde_json::{Value, json};

use super::commands::say;
use crate::survey::{
    Cell, CompiledInstrument, CountPlan, Estimator, Instrument, PopulationSpec, RowFigures, SampleDesign,
    StratumFacts, SyntheticCommune, synthetic_communes,
};

/// Responses of a file.
const BATCH: usize = 10_000;
/// The day on which all responses are said to be collected.
const DAY: &str = "2025-07-01";

#[derive(Subcommand)]
pub(super) enum SurveyCommand {
    /// Make up people who answer, by a seed, with their true values: agencies.json, plan.json, batch-*.json, truth.csv
    Population {
        /// The seed: the same one makes the same files
        #[arg(long)]
        seed: u64,
        /// An instrument, as JSON
        #[arg(long)]
        instrument: PathBuf,
        /// The folder for the files; it is made
        #[arg(long)]
        out: PathBuf,
        /// Responses of all communes
        #[arg(long, default_value_t = 1_000_000)]
        responses: u64,
        /// Provinces
        #[arg(long, default_value_t = 34)]
        provinces: usize,
        /// Communes of all provinces
        #[arg(long, default_value_t = 3_321)]
        communes: usize,
    },
}

pub(super) fn run(command: SurveyCommand) -> Result<(), String> {
    let SurveyCommand::Population {
        seed,
        instrument,
        out,
        responses,
        provinces,
        communes,
    } = command;
    let spec = PopulationSpec {
        seed,
        provinces,
        communes,
        responses,
    };
    let instrument = read_instrument(&instrument)?;
    fs::create_dir_all(&out).map_err(|error| format!("{} can't be made: {error}", out.display()))?;
    let communes = synthetic_communes(&spec);
    write_json(&out.join("agencies.json"), &agencies_of(&communes))?;
    write_json(&out.join("plan.json"), &plan_of(&communes))?;
    let batches = write_batches(&out, &communes, &instrument)?;
    write_truth(&out.join("truth.csv"), &communes, &instrument)?;
    say(&format!(
        "{responses} responses of {} communes in {batches} batches, and their truth, in {}",
        communes.len(),
        out.display()
    ))
}

fn read_instrument(path: &Path) -> Result<CompiledInstrument, String> {
    let text =
        fs::read_to_string(path).map_err(|error| format!("{} can't be read: {error}", path.display()))?;
    let instrument: Instrument =
        serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
    instrument.compile().map_err(|faults| {
        let told = faults
            .iter()
            .map(|fault| format!("{}: {}", fault.pointer, fault.message_en));
        told.collect::<Vec<_>>().join("\n")
    })
}

fn write_json(path: &Path, value: &Value) -> Result<(), String> {
    fs::write(path, value.to_string())
        .map_err(|error| format!("{} can't be written: {error}", path.display()))
}

/// Agencies in the form of `parindex import agencies`: an owner, provinces, communes.
fn agencies_of(communes: &[SyntheticCommune]) -> Value {
    let provinces: BTreeMap<&str, ()> = communes
        .iter()
        .map(|commune| (commune.province.as_str(), ()))
        .collect();
    let mut agencies = vec![
        json!({"code": "thu-nghiem", "level": "trial_owner", "names": [{"name_vi": "Cơ quan thử nghiệm"}]}),
    ];
    agencies.extend(provinces.keys().map(|code| {
        json!({"code": code, "level": "trial_province", "names": [{"name_vi": format!("Tỉnh thử nghiệm {code}")}]})
    }));
    agencies.extend(communes.iter().map(|commune| {
        json!({"code": commune.code, "level": "trial_commune", "names": [{"name_vi": format!("Xã thử nghiệm {}", commune.code)}],
            "parents": [{"parent": commune.province}]})
    }));
    let level = |code: &str, name: &str, order: u32| json!({"code": code, "name_vi": name, "name_en": code, "order": order});
    json!({"levels": [level("trial_owner", "Cơ quan thử nghiệm", 901), level("trial_province", "Tỉnh thử nghiệm", 902),
        level("trial_commune", "Xã thử nghiệm", 903)], "agencies": agencies})
}

/// A sample plan in the form of the API: each commune is a stratum and an agency.
fn plan_of(communes: &[SyntheticCommune]) -> Value {
    let strata = communes.iter().map(|commune| {
        json!({"code": commune.code, "name_vi": commune.code, "agency": commune.code, "population": commune.population,
            "sample_size": commune.sample})
    });
    json!({"weighted": true, "sizing": "given", "strata": strata.collect::<Vec<_>>()})
}

fn write_batches(
    out: &Path,
    communes: &[SyntheticCommune],
    instrument: &CompiledInstrument,
) -> Result<usize, String> {
    let mut batches = 0;
    let mut open: Vec<Value> = Vec::with_capacity(BATCH);
    let mut close = |responses: &mut Vec<Value>| -> Result<(), String> {
        batches += 1;
        let body = json!({"responses": std::mem::take(responses)});
        write_json(&out.join(format!("batch-{batches:05}.json")), &body)
    };
    for commune in communes {
        for response in commune.responses(instrument) {
            let mut body = json!({"id": format!("{}-{:06}", commune.code, response.person), "stratum": commune.code,
                "channel": response.channel, "answers": response.answers, "collected_on": DAY, "seconds": response.seconds});
            if let (Some(number), Some(fields)) = (response.interviewer, body.as_object_mut()) {
                fields.insert(
                    "interviewer".to_owned(),
                    json!(format!("{}-{number}", commune.code)),
                );
            }
            open.push(body);
            if open.len() == BATCH {
                close(&mut open)?;
            }
        }
    }
    if !open.is_empty() {
        close(&mut open)?;
    }
    Ok(batches)
}

/// A line for each node and item that counts: table, code, node, true index in percent with six decimals.
fn write_truth(
    path: &Path,
    communes: &[SyntheticCommune],
    instrument: &CompiledInstrument,
) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{} can't be written: {error}", path.display());
    let mut file = BufWriter::new(fs::File::create(path).map_err(failed)?);
    let plan = CountPlan::new(instrument);
    let mut provinces: BTreeMap<&str, Cell> = BTreeMap::new();
    let mut all = plan.empty();
    writeln!(file, "table,code,node,index").map_err(failed)?;
    let mut lines = |table: &str, code: &str, cell: &Cell| -> std::io::Result<()> {
        let figures = figures_of(instrument, &plan, cell);
        let nodes = instrument
            .nodes()
            .iter()
            .zip(&figures.nodes)
            .map(|(node, figure)| (&node.code, figure.index));
        let items = instrument
            .items()
            .iter()
            .zip(&figures.items)
            .map(|(item, figures)| (&item.code, figures.figure.index));
        for (node, index) in nodes.chain(items) {
            if let Some(index) = index {
                writeln!(file, "{table},{code},{node},{index}")?;
            }
        }
        Ok(())
    };
    for commune in communes {
        let truth = commune.truth(instrument, &plan);
        lines("agencies", &commune.code, &truth).map_err(failed)?;
        provinces
            .entry(&commune.province)
            .or_insert_with(|| plan.empty())
            .merge(&truth);
        all.merge(&truth);
    }
    for (code, truth) in &provinces {
        lines("parents", code, truth).map_err(failed)?;
    }
    lines("overall", "all", &all).map_err(failed)?;
    file.flush().map_err(failed)
}

/// The figures of everybody: nothing is estimated.
fn figures_of(instrument: &CompiledInstrument, plan: &CountPlan, everybody: &Cell) -> RowFigures {
    let facts = [StratumFacts {
        agency: 0,
        population: everybody.n,
        valid: everybody.n,
    }];
    let design = SampleDesign::new(&facts, false);
    let estimator = Estimator {
        instrument,
        plan,
        design: &design,
    };
    estimator.row(&[(0, everybody)])
}
