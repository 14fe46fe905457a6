//! Peak memory of all the browser's processes above the idle page, while the real page merges a
//! model of 1 GB and one of 10 GB, and the wasm heap.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;

use super::copy::{merge_task, of_size};
use super::{family, inputs};
use crate::Bench;
use crate::browser::{Browser, name};
use crate::checkpoints::{Dtype, write_sparse_family};
use crate::memory::{Watch, pss_below};
use crate::stats::{Summary, summary};
use crate::table::{Bar, Row, Table, Unit};

/// A model's size, in GB at `--size 1`.
const SIZES: [f64; 2] = [1.0, 10.0];
/// Until a browser that has just started is idle.
const SETTLE: Duration = Duration::from_secs(4);
const LONG: Duration = Duration::from_secs(600);
const BAR: f64 = 150.0;
const APART: f64 = 30.0;
const HEAP: f64 = 64.0;

pub async fn run(bench: &Bench, table: &mut Table) -> Result<()> {
    bench
        .in_each_browser(async |browser| {
            let mut medians = Vec::new();
            let mut heaps = Vec::new();
            for (i, size) in SIZES.into_iter().enumerate() {
                let folder = inputs(bench)?;
                let files = family(folder.path(), 3);
                let size = size * bench.size;
                let tensors = of_size(size, Dtype::BF16).tensors();
                write_sparse_family(&files, &tensors, Dtype::BF16, |_| false)?;
                let mut peaks = Vec::new();
                for _ in 0..bench.runs {
                    peaks.push(peak(bench, browser, &files).await? as f64 / 1e6);
                }
                let figure = summary(&peaks);
                medians.push(figure.median);
                table.add(row(
                    format!("peak PSS above the idle page, 3 × {size} GB in, {size} GB out"),
                    browser,
                    BAR,
                    figure,
                    "a fresh browser each time; the inputs are holes",
                ));
                // It never shrinks: the larger model tells.
                if i + 1 == SIZES.len() {
                    heaps.push(heap(bench, browser, &files).await? / 1e6);
                }
            }
            table.add(row(
                "the two apart".to_owned(),
                browser,
                APART,
                summary(&[(medians[0] - medians[1]).abs()]),
                "medians",
            ));
            let detail = "it never shrinks; after a merge of the larger size";
            let heap = summary(&heaps);
            table.add(row(
                "wasm heap, peak".to_owned(),
                browser,
                HEAP,
                heap,
                detail,
            ));
            Ok(())
        })
        .await?;
    Ok(())
}

fn row(measure: String, browser: &Browser, bar: f64, figure: Summary, detail: &str) -> Row {
    Row {
        measure,
        place: browser.name.clone(),
        bar: Bar::AtMost(bar),
        unit: Unit::Megabytes,
        figure,
        detail: detail.to_owned(),
    }
}

/// Bytes of PSS above the idle page, as a person would merge.
async fn peak(bench: &Bench, browser: &Browser, files: &[PathBuf]) -> Result<u64> {
    let page = browser.site(&bench.setup).await?;
    let driver = browser.pid;
    tokio::time::sleep(SETTLE).await;
    let idle = pss_below(driver)?;
    page.give("Base", &files[..1]).await?;
    page.give("Target", &files[1..2]).await?;
    page.give("Chat model 1", &files[2..3]).await?;
    page.ready().await?;
    let watch = Watch::start(move || pss_below(driver));
    page.merge_within(LONG).await?;
    let peak = watch.peak()?;
    page.client.close().await?;
    Ok(peak.saturating_sub(idle))
}

async fn heap(bench: &Bench, browser: &Browser, files: &[PathBuf]) -> Result<f64> {
    let page = browser.bench(&bench.setup, files).await?;
    let names: Vec<String> = files.iter().map(|file| name(file)).collect();
    let merged = page.merge(merge_task(&names, 1, "opfs")).await?;
    page.close().await?;
    Ok(merged.heap)
}
