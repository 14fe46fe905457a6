//! Peak memory of all the browser's processes above the idle page, while the real page merges
//! models of several sizes, and the wasm heap; and that of the peers, with `--peer`. All of it is
//! drawn in `target/bench/memory.svg`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;

use super::copy::{merge_task, of_size};
use super::peer::{Family, Took};
use super::{family, inputs};
use crate::Bench;
use crate::browser::{Browser, name};
use crate::checkpoints::{Dtype, write_sparse_family};
use crate::memory::{SETTLE, Watch, pss_below};
use crate::plot::{self, Series};
use crate::stats::{Summary, summary};
use crate::table::{Bar, Row, Table, Unit};

/// A model's size, in GB at `--size 1`. The last two must not differ much; the last tells the heap,
/// which never shrinks.
const SIZES: [f64; 3] = [0.25, 1.0, 10.0];
/// Those of the peers, which hold whole models: up to 1.1 B parameters.
const PEER_SIZES: [f64; 3] = [0.25, 1.0, 2.2];
const LONG: Duration = Duration::from_secs(600);
const BAR: f64 = 150.0;
const APART: f64 = 30.0;
const HEAP: f64 = 64.0;

pub async fn run(bench: &Bench, table: &mut Table) -> Result<()> {
    let mut lines = Vec::new();
    let measured = bench
        .in_each_browser(async |browser| {
            let mut points = Vec::new();
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
                points.push((size, figure.median));
                table.add(row(
                    format!("peak PSS above the idle page, 3 × {size} GB in, {size} GB out"),
                    browser,
                    BAR,
                    figure,
                    "a fresh browser each time; the inputs are holes",
                ));
                if i + 1 == SIZES.len() {
                    heaps.push(heap(bench, browser, &files).await? / 1e6);
                }
            }
            table.add(row(
                "the two apart".to_owned(),
                browser,
                APART,
                summary(&[(points[1].1 - points[2].1).abs()]),
                "medians of the two larger sizes",
            ));
            let detail = "it never shrinks; after a merge of the largest size";
            let heap = summary(&heaps);
            table.add(row(
                "wasm heap, peak".to_owned(),
                browser,
                HEAP,
                heap,
                detail,
            ));
            lines.push(Series {
                name: format!("this page in {}, above the idle page", browser.name),
                points,
                ours: true,
            });
            Ok(())
        })
        .await;
    let compared = match &bench.peer {
        Some(mergekit) => peers(bench, table, mergekit, &mut lines),
        None => Ok(()),
    };
    if !lines.is_empty() {
        plot::draw(&bench.setup.folder.join("memory.svg"), &lines)?;
    }
    measured.and(compared)
}

/// Memory of programs that do the same merge: all of it, and without mapped files.
fn peers(bench: &Bench, table: &mut Table, mergekit: &Path, lines: &mut Vec<Series>) -> Result<()> {
    type Run = fn(&Family, &Path) -> Result<Took>;
    let programs: [(&str, Run); 2] = [
        ("mergekit", Family::mergekit),
        ("torch script with whole models", Family::whole_models),
    ];
    for (program, run) in programs {
        let (mut all, mut own) = (Vec::new(), Vec::new());
        for size in PEER_SIZES {
            let llama = of_size(size * bench.size, Dtype::BF16);
            let folder = inputs(bench)?;
            let family = Family::write(folder.path(), &llama)?;
            let size = family.files[0].metadata()?.len() as f64 / 1e9;
            let (mut pss, mut anonymous) = (Vec::new(), Vec::new());
            for _ in 0..bench.runs {
                let took = run(&family, mergekit)?;
                pss.push(took.pss as f64 / 1e6);
                anonymous.push(took.anonymous as f64 / 1e6);
            }
            let (pss, anonymous) = (summary(&pss), summary(&anonymous));
            all.push((size, pss.median));
            own.push((size, anonymous.median));
            table.add(Row {
                measure: format!("peak PSS, 3 × {size:.2} GB in, {size:.2} GB out"),
                place: program.to_owned(),
                bar: Bar::None,
                unit: Unit::Megabytes,
                figure: pss,
                detail: format!("{:.0} MB without mapped files", anonymous.median),
            });
        }
        lines.push(Series {
            name: program.to_owned(),
            points: all,
            ours: false,
        });
        lines.push(Series {
            name: format!("{program}, without mapped files"),
            points: own,
            ours: false,
        });
    }
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
