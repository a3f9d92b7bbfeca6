//! The load of `tests/faults/run overload`: sends requests over many connections at once and tells how long the answers took.
//!
//! `load ADDRESS CONNECTIONS SECONDS FILE ...`: each file holds one HTTP/1.1 request as it goes over the line, and the connections
//! send them in turn, each the next as soon as it has its answer. `@@@@@@@@@@@@@@@@` in a request becomes a number that no other
//! has. Prints one JSON object: for each status how many answers there were and their times, in milliseconds.

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

/// Seconds of each answer, by status.
type Times = BTreeMap<u16, Vec<f64>>;

struct Load {
    address: String,
    until: Instant,
    requests: Vec<Vec<u8>>,
}

fn position(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|piece| piece == wanted)
}

/// The request, each of its numbers in place.
fn numbered(request: &[u8], number: u64) -> Vec<u8> {
    let mut request = request.to_vec();
    let digits = format!("{number:016x}");
    while let Some(at) = position(&request, NUMBER) {
        request.splice(at..at + NUMBER.len(), digits.bytes());
    }
    request
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
        let request = numbered(request, ((number as u64) << 32) | turn as u64);
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
        times
            .entry(status)
            .or_default()
            .push(began.elapsed().as_secs_f64());
        if status == BROKEN {
            rt::time::sleep(Duration::from_millis(10)).await;
        }
    }
    times
}

fn told(mut seconds: Vec<f64>) -> serde_json::Value {
    seconds.sort_by(f64::total_cmp);
    let at = |percent: usize| {
        let place = (seconds.len() * percent).div_ceil(100).saturating_sub(1);
        seconds.get(place).map_or(0.0, |time| time * 1000.0)
    };
    serde_json::json!({"count": seconds.len(), "p50": at(50), "p99": at(99), "most": at(100)})
}

#[actix_web::main]
async fn main() -> Result<()> {
    let usage = || {
        Error::new(
            ErrorKind::InvalidInput,
            "usage: load ADDRESS CONNECTIONS SECONDS FILE ...",
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
    let (connections, seconds) = (whole()?, whole()?);
    let requests = arguments.map(std::fs::read).collect::<Result<Vec<_>>>()?;
    let load = Rc::new(Load {
        address,
        until: Instant::now() + Duration::from_secs(seconds.into()),
        requests,
    });
    let clients: Vec<_> = (0..connections as usize)
        .map(|number| rt::spawn(client(load.clone(), number)))
        .collect();
    let mut all = Times::new();
    for client in clients {
        for (status, times) in client.await.map_err(Error::other)? {
            all.entry(status).or_default().extend(times);
        }
    }
    let all: BTreeMap<String, _> = all
        .into_iter()
        .map(|(status, times)| (status.to_string(), told(times)))
        .collect();
    println!("{}", serde_json::json!(all));
    Ok(())
}
