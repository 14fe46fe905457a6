//! Whether more workers help, by browser and by sink: copies that read or write in workers of their
//! own ÷ the plain copy, which does all in one. A merge writes the private disk through the page's
//! writer, so it is measured against a copy with that writer, too.

use anyhow::Result;
use serde_json::json;

use super::copy::{merge_task, of_size};
use super::{family, inputs, reading, warm};
use crate::Bench;
use crate::browser::name;
use crate::checkpoints::{Dtype, write_family};
use crate::stats::{Pairs, summary};
use crate::table::{Bar, Row, Table, Unit};

const READERS: &str = "BYOB, two buffers of 4 MiB, a worker for each input";
const WRITER: &str = "opfs, another worker";

/// A copy with more workers, and the sink of the copy with one.
struct Case {
    measure: &'static str,
    readers: bool,
    sink: &'static str,
    plain: &'static str,
}

const CASES: [Case; 4] = [
    Case {
        measure: "copy with a worker for each input ÷ with one worker",
        readers: true,
        sink: "opfs",
        plain: "opfs",
    },
    Case {
        measure: "copy with a worker that writes ÷ with one worker",
        readers: false,
        sink: WRITER,
        plain: "opfs",
    },
    Case {
        measure: "copy with workers for inputs and output ÷ with one worker",
        readers: true,
        sink: WRITER,
        plain: "opfs",
    },
    Case {
        measure: "copy through `createWritable` with a worker for each input ÷ with one worker",
        readers: true,
        sink: "writable",
        plain: "writable",
    },
];

pub async fn run(bench: &Bench, table: &mut Table) -> Result<()> {
    let folder = inputs(bench)?;
    let files = family(folder.path(), 3);
    let tensors = of_size(bench.size, Dtype::BF16).tensors();
    write_family(&files, &tensors, Dtype::BF16)?;
    let names: Vec<String> = files.iter().map(|file| name(file)).collect();
    let output = files[0].metadata()?.len();
    bench
        .in_each_browser(async |browser| {
            let page = browser.bench(&bench.setup, &files).await?;
            let way = reading::fastest(bench, browser, &page, &files, &names).await?;
            let copy = async |way: &str, sink: &str| {
                warm(&files)?;
                let inputs: Vec<_> = names.iter().map(|name| [name]).collect();
                let task = json!({ "inputs": inputs, "way": way, "output": output, "sink": sink });
                Ok(page.copy(task).await?.seconds())
            };
            let mut add = |measure: String, bar, pairs: Pairs| {
                table.add(Row {
                    measure,
                    place: browser.name.clone(),
                    bar,
                    unit: Unit::Ratio,
                    figure: pairs.ratio(),
                    detail: format!(
                        "{:.2} s ÷ {:.2} s; {way}",
                        summary(&pairs.ours).median,
                        summary(&pairs.theirs).median
                    ),
                });
            };
            for case in &CASES {
                let ours = if case.readers { READERS } else { &way };
                let pairs = Pairs::measure(
                    bench.runs,
                    async || copy(ours, case.sink).await,
                    async || copy(&way, case.plain).await,
                )
                .await?;
                add(case.measure.to_owned(), Bar::None, pairs);
            }
            let pairs = Pairs::measure(
                bench.runs,
                async || {
                    warm(&files)?;
                    Ok(page.merge(merge_task(&names, 1, "opfs")).await?.seconds())
                },
                async || copy(&way, WRITER).await,
            )
            .await?;
            let measure = "whole merge ÷ copy with the merge's writer, BF16".to_owned();
            add(measure, Bar::AtMost(1.10), pairs);
            page.close().await
        })
        .await
}
