//! Field work added up, over HTTP.

use std::collections::BTreeMap;

use actix_web::{
    HttpResponse, get,
    web::{Data, Path},
};

use super::{
    facts::approach_survey_round,
    field_work_handlers::{ValidByCell, cells_of},
    field_work_store::{self, FieldWorkByCell},
    model::{Channel, StratumRow},
    move_handlers::ValidResponses,
    store,
    view_model::{AgencyTotal, ChannelTotal, FieldWorkTotal, FieldWorkTotals},
};
use crate::{
    access::Action,
    db::Database,
    error::AppResult,
    ids::{AgencyCode, SurveyRoundCode},
    scoring::percent_text_2,
    web::{Caller, ReadProblems, json_list},
};

/// All positions of strata.
const WHOLE: (i32, i32) = (0, i32::MAX);

/// Add up the field work of a survey round
///
/// How many forms were planned, went out and came back, and how many responses are valid: in all, on each channel, and for each
/// agency, with the response rate of each. For who works on the round.
#[utoipa::path(tag = "survey-rounds",
    params(("round" = SurveyRoundCode, Path, description = "The survey round.")), security(("bearer" = [])),
    responses((status = 200, description = "The sums.", body = FieldWorkTotals), ReadProblems))]
#[get("/survey-rounds/{round}/field-work/totals")]
pub async fn get_field_work_totals(
    caller: Caller,
    db: Data<Database>,
    valid: Data<ValidResponses>,
    path: Path<SurveyRoundCode>,
) -> AppResult<HttpResponse> {
    let code = path.into_inner();
    let totals = db
        .read(move |conn| {
            approach_survey_round(conn, &caller, &code, Action::ReadSurveyWork)?;
            let strata = store::strata(conn, &code)?;
            let reported = field_work_store::between(conn, &code, WHOLE)?;
            Ok(totals(&strata, &reported, &valid.0(conn, &code, WHOLE)?))
        })
        .await?;
    json_list(&totals)
}

/// Planned, sent, returned and valid.
#[derive(Clone, Copy, Default)]
struct Sums([i64; 4]);

impl Sums {
    fn add(&mut self, counts: [i64; 4]) {
        for (sum, count) in self.0.iter_mut().zip(counts) {
            *sum = sum.saturating_add(count);
        }
    }

    fn total(self) -> FieldWorkTotal {
        let [planned, sent, returned, valid] = self.0;
        FieldWorkTotal {
            planned,
            sent,
            returned,
            valid,
            response_rate: percent_text_2(returned, sent),
            valid_share: percent_text_2(valid, planned),
        }
    }
}

fn totals(strata: &[StratumRow], reported: &FieldWorkByCell, valid: &ValidByCell) -> FieldWorkTotals {
    let mut whole = Sums::default();
    let mut channels: BTreeMap<Channel, Sums> = BTreeMap::new();
    let mut agencies: BTreeMap<&AgencyCode, (i64, Sums)> = BTreeMap::new();
    for stratum in strata {
        let (asked, of_agency) = agencies.entry(&stratum.agency_code).or_default();
        *asked = asked.saturating_add(stratum.sample_size);
        for (channel, counts, _) in cells_of(stratum, reported, valid) {
            whole.add(counts);
            of_agency.add(counts);
            channels.entry(channel).or_default().add(counts);
        }
    }
    FieldWorkTotals {
        sample_size: agencies.values().map(|(asked, _)| asked).sum(),
        whole: whole.total(),
        channels: channels
            .into_iter()
            .map(|(channel, sums)| ChannelTotal {
                channel,
                total: sums.total(),
            })
            .collect(),
        agencies: agencies
            .into_iter()
            .map(|(agency, (sample_size, sums))| AgencyTotal {
                agency: agency.clone(),
                sample_size,
                total: sums.total(),
            })
            .collect(),
    }
}
