//! The load of `tests/faults/run overload`: sends requests over many connections at once and tells how long the answers took.
//!
//! `load ADDRESS CONNECTIONS SECONDS PAUSE FILE ...`: each file holds one HTTP/1.1 request as it goes over the line, and the
//! connections send them in turn, each the next as soon as it has its answer, or PAUSE milliseconds after a 503. `@@@@@@@@@@@@@@@@` in a request becomes a number that no other
//! has. Prints one JSON object: for each status how many answers there were and their times, in milliseconds; of the first second, in
//! which all connections are made at once, only how many.

use std::{
    collections::BTreeMap,
    io::{Error, ErrorKind, Result},
    rc::Rc,
    time::{Duration, Instant},
};

use actix_web::rt;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

const NUMBER: &[u8; 16] = b"@@@@@@@@@@@@@@@@";
/// What stands for a line that broke before an answer came.
const BROKEN: u16 = 0;
const REFUSED: u16 = 503;

/// The answers of one status.
#[derive(Default)]
struct Answers {
    /// How many there were in the first second.
    first: u64,
    /// Seconds of each that came later.
    times: Vec<f64>,
}

/// The answers, by status.
type Times = BTreeMap<u16, Answers>;

struct Load {
    address: String,
    counts_from: Instant,
    until: Instant,
    pause: Duration,
    requests: Vec<Template>,
}

fn position(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|piece| piece == wanted)
}

/// A request, and where its numbers go.
struct Template {
    bytes: Vec<u8>,
    numbers: Vec<usize>,
}

impl Template {
    fn read(file: String) -> Result<Self> {
        let bytes = std::fs::read(file)?;
        let (mut numbers, mut from) = (Vec::new(), 0);
        while let Some(at) = bytes.get(from..).and_then(|rest| position(rest, NUMBER)) {
            numbers.push(from + at);
            from += at + NUMBER.len();
        }
        Ok(Self { bytes, numbers })
    }

    /// The request with a number in its places.
    fn numbered(&self, number: u64) -> Vec<u8> {
        let mut request = self.bytes.clone();
        let digits = format!("{number:016x}");
        for at in &self.numbers {
            if let Some(place) = request.get_mut(*at..at + NUMBER.len()) {
                place.copy_from_slice(digits.as_bytes());
            }
        }
        request
    }
}

/// The status of one answer, and whether the server goes on listening.
async fn answer(stream: &mut TcpStream) -> Result<(u16, bool)> {
    let mut read = Vec::with_capacity(4096);
    let head = loop {
        if let Some(end) = position(&read, b"\r\n\r\n") {
            break end + 4;
        }
        if stream.read_buf(&mut read).await? == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
    };
    let text = String::from_utf8_lossy(read.get(..head).unwrap_or_default()).to_ascii_lowercase();
    let header = |name: &str| {
        text.lines()
            .find_map(|line| line.strip_prefix(name).map(str::trim))
    };
    let status = text.split(' ').nth(1).and_then(|word| word.parse().ok());
    let length = header("content-length:").and_then(|value| value.parse::<usize>().ok());
    let mut missing = (head + length.unwrap_or(0)).saturating_sub(read.len());
    while missing > 0 {
        read.clear();
        match stream.read_buf(&mut read).await? {
            0 => return Err(ErrorKind::UnexpectedEof.into()),
            count => missing = missing.saturating_sub(count),
        }
    }
    let status = status.ok_or_else(|| Error::from(ErrorKind::InvalidData))?;
    Ok((status, header("connection:") != Some("close")))
}

/// What one connection does until the end.
async fn client(load: Rc<Load>, number: usize) -> Times {
    let mut times = Times::new();
    let mut open = None;
    for turn in 0_usize.. {
        let began = Instant::now();
        if began >= load.until {
            break;
        }
        let Some(request) = load.requests.get((number + turn) % load.requests.len()) else {
            break;
        };
        let request = request.numbered(((number as u64) << 32) | turn as u64);
        let answered = async {
            let mut stream = match open.take() {
                Some(stream) => stream,
                None => TcpStream::connect(&load.address).await?,
            };
            stream.write_all(&request).await?;
            let (status, goes_on) = answer(&mut stream).await?;
            Ok::<_, Error>((status, goes_on.then_some(stream)))
        };
        let status = match answered.await {
            Ok((status, stream)) => {
                open = stream;
                status
            }
            Err(_) => BROKEN,
        };
        let answers = times.entry(status).or_default();
        if began < load.counts_from {
            answers.first += 1;
        } else {
            answers.times.push(began.elapsed().as_secs_f64());
        }
        if status == BROKEN || status == REFUSED {
            rt::time::sleep(load.pause).await;
        }
    }
    times
}

fn told(answers: Answers) -> serde_json::Value {
    let mut seconds = answers.times;
    seconds.sort_by(f64::total_cmp);
    let at = |percent: usize| {
        let place = (seconds.len() * percent).div_ceil(100).saturating_sub(1);
        seconds.get(place).map_or(0.0, |time| time * 1000.0)
    };
    serde_json::json!({"first": answers.first, "count": seconds.len(), "p50": at(50), "p99": at(99), "most": at(100)})
}

#[actix_web::main]
async fn main() -> Result<()> {
    let usage = || {
        Error::new(
            ErrorKind::InvalidInput,
            "usage: load ADDRESS CONNECTIONS SECONDS PAUSE FILE ...",
        )
    };
    let mut arguments = std::env::args().skip(1);
    let address = arguments.next().ok_or_else(usage)?;
    let mut whole = || {
        arguments
            .next()
            .and_then(|text| text.parse::<u32>().ok())
            .ok_or_else(usage)
    };
    let (connections, seconds, pause) = (whole()?, whole()?, whole()?);
    let requests = arguments.map(Template::read).collect::<Result<Vec<_>>>()?;
    let began = Instant::now();
    let load = Rc::new(Load {
        address,
        counts_from: began + Duration::from_secs(1),
        until: began + Duration::from_secs(u64::from(seconds) + 1),
        pause: Duration::from_millis(pause.into()),
        requests,
    });
    let clients: Vec<_> = (0..connections as usize)
        .map(|number| rt::spawn(client(load.clone(), number)))
        .collect();
    let mut all = Times::new();
    for client in clients {
        for (status, answers) in client.await.map_err(Error::other)? {
            let so_far: &mut Answers = all.entry(status).or_default();
            so_far.first += answers.first;
            so_far.times.extend(answers.times);
        }
    }
    let all: BTreeMap<String, _> = all
        .into_iter()
        .map(|(status, times)| (status.to_string(), told(times)))
        .collect();
    println!("{}", serde_json::json!(all));
    Ok(())
}
