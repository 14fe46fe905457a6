//! How soon the page is ready to take files, in a fresh browser that has never seen it, and how
//! much of it goes over the wire.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use fantoccini::Locator;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::Bench;
use crate::stats::summary;
use crate::table::{Bar, Row, Table, Unit};

const PAUSE: Duration = Duration::from_millis(5);
const TOO_LONG: Duration = Duration::from_secs(30);
/// What a server would send compressed, when the page loads.
const SENT: [&str; 4] = ["html", "js", "css", "wasm"];

pub async fn run(bench: &Bench, table: &mut Table) -> Result<()> {
    bench
        .in_each_browser(async |browser| {
            let mut seconds = Vec::new();
            for _ in 0..bench.runs {
                let client = browser.blank().await?;
                let begin = Instant::now();
                client.goto(&bench.setup.site).await?;
                // The footer names the version once the worker and its wasm are there.
                let ready = Locator::XPath("//footer[contains(., 'chat-vector ')]");
                while client.find_all(ready).await?.is_empty() {
                    ensure!(begin.elapsed() < TOO_LONG, "the page never became ready");
                    tokio::time::sleep(PAUSE).await;
                }
                seconds.push(begin.elapsed().as_secs_f64());
                client.close().await?;
            }
            table.add(Row {
                measure: "page ready to take files, cold".to_owned(),
                place: browser.name.clone(),
                bar: Bar::AtMost(1.0),
                unit: Unit::Seconds,
                figure: summary(&seconds),
                detail: "a fresh profile each time; from the command to load, over localhost"
                    .to_owned(),
            });
            Ok(())
        })
        .await?;
    let mut sizes = Vec::new();
    measure_files(&bench.setup.site_files, &mut sizes)?;
    let total = sizes.iter().map(|(_, size)| size).sum::<usize>() as f64 / 1e3;
    let listed: Vec<String> = sizes
        .iter()
        .map(|(kind, size)| format!("{kind} {:.1} KB", *size as f64 / 1e3))
        .collect();
    table.add(Row {
        measure: "size over the wire, gzip".to_owned(),
        place: "any".to_owned(),
        bar: Bar::AtMost(250.0),
        unit: Unit::Kilobytes,
        figure: summary(&[total]),
        detail: listed.join(", "),
    });
    Ok(())
}

/// Parts of the page that are not loaded with it, its service worker, and the page to learn with.
const LATER: [&str; 4] = ["later", "sw.js", "learn", "learn.html"];

/// The gzipped sizes of all files that a page loads.
fn measure_files(folder: &Path, sizes: &mut Vec<(String, usize)>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let kind = path
            .extension()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if LATER.iter().any(|name| path.ends_with(name)) {
            continue;
        }
        if path.is_dir() {
            measure_files(&path, sizes)?;
        } else if SENT.contains(&&*kind) {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
            encoder.write_all(&fs::read(&path)?)?;
            sizes.push((kind, encoder.finish()?.len()));
        }
    }
    Ok(())
}
