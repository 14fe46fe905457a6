//! Our reader ÷ the fastest way in which plain JavaScript reads the same bytes in that browser.
//! Both bring the bytes to one place; three Files are read side by side.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use super::{copy, family, inputs, warm};
use crate::Bench;
use crate::browser::{BenchPage, Browser, name};
use crate::checkpoints::{Dtype, write_family};
use crate::stats::{Pairs, Summary, summary};
use crate::table::{Bar, Row, Table, Unit};

const INPUTS: usize = 3;
/// Runs of each way that are enough to choose one.
const FEW: usize = 2;

pub async fn run(bench: &Bench, table: &mut Table) -> Result<()> {
    let folder = inputs(bench)?;
    let files = family(folder.path(), INPUTS);
    let tensors = copy::of_size(bench.size, Dtype::BF16).tensors();
    write_family(&files, &tensors, Dtype::BF16)?;
    let names: Vec<String> = files.iter().map(|file| name(file)).collect();
    let gigabytes = (files[0].metadata()?.len() * INPUTS as u64) as f64 / 1e9;
    bench
        .in_each_browser(async |browser| {
            let page = browser.bench(&bench.setup, &files).await?;
            let tried = try_ways(browser, &page, &files, &names, bench.runs).await?;
            let (way, _) = tried.first().context("no way to read")?;
            let pairs = Pairs::measure(
                bench.runs,
                async || {
                    warm(&files)?;
                    page.read(&names).await
                },
                async || {
                    warm(&files)?;
                    Ok(page.copy(task(&names, way)).await?.seconds())
                },
            )
            .await?;
            page.close().await?;
            let speed = |seconds: f64| format!("{:.2} GB/s", gigabytes / seconds);
            let others = tried
                .iter()
                .map(|(way, took)| format!("{way} {}", speed(took.median)));
            table.add(Row {
                measure: format!("our reader ÷ the fastest plain way, {INPUTS} Files at once"),
                place: browser.name.clone(),
                bar: Bar::AtMost(1.05),
                unit: Unit::Ratio,
                figure: pairs.ratio(),
                detail: format!(
                    "ours {}, {way} {}; tried before: {}",
                    speed(summary(&pairs.ours).median),
                    speed(summary(&pairs.theirs).median),
                    others.collect::<Vec<_>>().join(", ")
                ),
            });
            Ok(())
        })
        .await?;
    Ok(())
}

/// The fastest plain way in this browser, tried once per run of the bench.
pub async fn fastest(
    bench: &Bench,
    browser: &Browser,
    page: &BenchPage,
    files: &[PathBuf],
    names: &[String],
) -> Result<String> {
    if let Some(known) = bench.fastest.borrow().get(&browser.name) {
        return Ok(known.clone());
    }
    let tried = try_ways(browser, page, files, names, FEW).await?;
    let (way, _) = tried.into_iter().next().context("no way to read")?;
    let mut known = bench.fastest.borrow_mut();
    known.insert(browser.name.clone(), way.clone());
    Ok(way)
}

/// Every plain way and its seconds, the fastest first. One that stalls is told and left out.
async fn try_ways(
    browser: &Browser,
    page: &BenchPage,
    files: &[PathBuf],
    names: &[String],
    runs: usize,
) -> Result<Vec<(String, Summary)>> {
    let mut tried = Vec::new();
    for way in page.ways().await? {
        let mut seconds = Vec::new();
        for _ in 0..runs {
            warm(files)?;
            match page.copy(task(names, &way)).await {
                Ok(copied) => seconds.push(copied.seconds()),
                Err(error) => {
                    eprintln!("  {}: {way}: {error:#}", browser.name);
                    seconds.clear();
                    break;
                }
            }
        }
        if !seconds.is_empty() {
            let took = summary(&seconds);
            eprintln!("  {}: {way}: {:.2} s", browser.name, took.median);
            tried.push((way, took));
        }
    }
    tried.sort_by(|a, b| a.1.median.total_cmp(&b.1.median));
    Ok(tried)
}

fn task(names: &[String], way: &str) -> Value {
    let inputs: Vec<_> = names.iter().map(|name| [name]).collect();
    json!({ "inputs": inputs, "way": way, "output": 0, "sink": "none" })
}
