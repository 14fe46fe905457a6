//! Our reader ÷ the fastest way in which plain JavaScript reads the same bytes in that browser.
//! Both bring the bytes to one place; three Files are read side by side.

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use super::{copy, family, inputs, warm};
use crate::Bench;
use crate::browser::{BenchPage, Browser, name};
use crate::checkpoints::{Dtype, write_family};
use crate::stats::{Pairs, summary};
use crate::table::{Bar, Row, Table, Unit};

const INPUTS: usize = 3;

pub async fn run(bench: &Bench, table: &mut Table) -> Result<()> {
    let folder = inputs(bench)?;
    let files = family(folder.path(), INPUTS);
    let tensors = copy::of_size(bench.size, Dtype::BF16).tensors();
    write_family(&files, &tensors, Dtype::BF16)?;
    let names: Vec<String> = files.iter().map(|file| name(file)).collect();
    let gigabytes = (files[0].metadata()?.len() * INPUTS as u64) as f64 / 1e9;
    for browser in &bench.browsers {
        let page = browser.bench(&bench.setup, &files).await?;
        let mut tried = Vec::new();
        for way in page.ways().await? {
            let mut seconds = Vec::new();
            for _ in 0..bench.runs {
                warm(&files)?;
                seconds.push(page.copy(task(&names, &way)).await?);
            }
            eprintln!(
                "  {}: {way}: {:.2} GB/s",
                browser.name,
                gigabytes / summary(&seconds).median
            );
            tried.push((way, summary(&seconds)));
        }
        tried.sort_by(|a, b| a.1.median.total_cmp(&b.1.median));
        let (way, _) = tried.first().context("no way to read")?;
        let pairs = Pairs::measure(
            bench.runs,
            async || {
                warm(&files)?;
                page.read(&names).await
            },
            async || {
                warm(&files)?;
                page.copy(task(&names, way)).await
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
    }
    Ok(())
}

/// The fastest plain way in this browser: each is tried twice, once per run of the bench.
pub async fn fastest(
    bench: &Bench,
    browser: &Browser,
    page: &BenchPage,
    names: &[String],
) -> Result<String> {
    if let Some(known) = bench.fastest.borrow().get(&browser.name) {
        return Ok(known.clone());
    }
    let mut best: Option<(String, f64)> = None;
    for way in page.ways().await? {
        let mut took = f64::INFINITY;
        for _ in 0..2 {
            match page.copy(task(names, &way)).await {
                Ok(seconds) => took = took.min(seconds),
                Err(error) => eprintln!("  {}: {way}: {error:#}", browser.name),
            }
        }
        eprintln!("  {}: {way}: {took:.2} s", browser.name);
        if best.as_ref().is_none_or(|(_, least)| took < *least) {
            best = Some((way, took));
        }
    }
    let (way, _) = best.context("no way to read")?;
    let mut known = bench.fastest.borrow_mut();
    known.insert(browser.name.clone(), way.clone());
    Ok(way)
}

fn task(names: &[String], way: &str) -> Value {
    let inputs: Vec<_> = names.iter().map(|name| [name]).collect();
    json!({ "inputs": inputs, "way": way, "output": 0, "sink": "none" })
}
