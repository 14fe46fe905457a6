//! A whole merge ÷ a pure copy: the same files read and the same number of bytes written in the
//! same browser, by plain JavaScript in one worker and without arithmetic.

use anyhow::Result;
use serde_json::{Value, json};

use super::{family, inputs, reading, warm};
use crate::browser::name;
use crate::checkpoints::{Dtype, Llama, parameters, write_family};
use crate::memory::cpu_below;
use crate::stats::{Pairs, summary};
use crate::table::{Bar, Row, Table, Unit};
use crate::{Bench, with_each};

/// A merge of base, target and chat models of one size.
struct Case {
    dtype: Dtype,
    /// Chat models.
    vectors: usize,
    bar: f64,
}

const CASES: [Case; 4] = [
    Case {
        dtype: Dtype::BF16,
        vectors: 1,
        bar: 1.10,
    },
    Case {
        dtype: Dtype::BF16,
        vectors: 2,
        bar: 1.12,
    },
    Case {
        dtype: Dtype::F32,
        vectors: 1,
        bar: 1.10,
    },
    Case {
        dtype: Dtype::F16,
        vectors: 1,
        bar: 1.20,
    },
];

/// The Downloads route: OPFS.
pub async fn downloads(bench: &Bench, table: &mut Table) -> Result<()> {
    with_each(&CASES, async |case| run(bench, table, case, "opfs").await).await
}

/// The picker's route: `createWritable`, of OPFS files, which have the same.
pub async fn picker(bench: &Bench, table: &mut Table) -> Result<()> {
    run(bench, table, &CASES[0], "writable").await
}

async fn run(bench: &Bench, table: &mut Table, case: &Case, sink: &str) -> Result<()> {
    let Case {
        dtype,
        vectors,
        bar,
    } = *case;
    let folder = inputs(bench)?;
    let files = family(folder.path(), vectors + 2);
    let tensors = of_size(bench.size, dtype).tensors();
    write_family(&files, &tensors, dtype)?;
    let names: Vec<String> = files.iter().map(|file| name(file)).collect();
    let merge = merge_task(&names, vectors, sink);
    bench
        .in_each_browser(async |browser| {
            let page = browser.bench(&bench.setup, &files).await?;
            let way = reading::fastest(bench, browser, &page, &files, &names).await?;
            let output = files[0].metadata()?.len();
            let inputs: Vec<_> = names.iter().map(|name| [name]).collect();
            let copy = json!({ "inputs": inputs, "way": way, "output": output, "sink": sink });
            let mut heap = 0.0;
            let (mut our_cpu, mut their_cpu) = (Vec::new(), Vec::new());
            let pairs = Pairs::measure(
                bench.runs,
                async || {
                    warm(&files)?;
                    let before = cpu_below(browser.pid)?;
                    let merged = page.merge(merge.clone()).await?;
                    our_cpu.push(cpu_below(browser.pid)? - before);
                    heap = f64::max(heap, merged.heap);
                    Ok(merged.seconds())
                },
                async || {
                    warm(&files)?;
                    let before = cpu_below(browser.pid)?;
                    let took = page.copy(copy.clone()).await?.seconds();
                    their_cpu.push(cpu_below(browser.pid)? - before);
                    Ok(took)
                },
            )
            .await?;
            page.close().await?;
            let (ours, theirs) = (summary(&pairs.ours), summary(&pairs.theirs));
            let what = match sink {
                "opfs" => "whole merge ÷ pure copy",
                _ => "the same through `createWritable`",
            };
            let size = output as f64 / 1e9;
            table.add(Row {
            measure: format!(
                "{what}, {}, {} × {size:.2} GB in, {size:.2} GB out",
                dtype.name(),
                files.len()
            ),
            place: browser.name.clone(),
            bar: if sink == "opfs" {
                Bar::AtMost(bar)
            } else {
                Bar::None
            },
            unit: Unit::Ratio,
            figure: pairs.ratio(),
            detail: format!(
                "merge {:.2} s, {:.2} s of processor time; copy {:.2} s, {:.2} s (reads: {way}); \
                 wasm heap {:.1} MB",
                ours.median,
                summary(&our_cpu).median,
                theirs.median,
                summary(&their_cpu).median,
                heap / 1e6
            ),
        });
            Ok(())
        })
        .await?;
    Ok(())
}

/// A Llama of about so many GB.
pub fn of_size(gigabytes: f64, dtype: Dtype) -> Llama {
    let bytes = |layers| parameters(&Llama::tiny(layers).tensors()) * dtype.width();
    let layer = bytes(2) - bytes(1);
    let layers = (gigabytes * 1e9 - bytes(0) as f64) / layer as f64;
    Llama::tiny(layers.round().max(1.0) as u64)
}

/// Base, target and chat models, for `bench.merge`: the first three names play those parts.
pub fn merge_task(names: &[String], vectors: usize, sink: &str) -> Value {
    let weights: Vec<f64> = (0..vectors).map(|i| 0.7 - 0.2 * i as f64).collect();
    let chats: Vec<_> = names[2..].iter().map(|name| [name]).collect();
    json!({
        "models": { "base": [names[0]], "target": [names[1]], "chats": chats },
        "weights": weights,
        "outputDtype": "same as target",
        "sink": sink,
    })
}
