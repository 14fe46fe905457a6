//! The kernels alone, on elements that stay in the processor's cache: simd128 ÷ scalar, the same
//! code compiled with and without, F16 ÷ BF16, and a merge that sums up every element that goes into
//! it ÷ one that does not (beside a merge, an eighth or less of them is).

use anyhow::Result;
use serde_json::json;

use crate::Bench;
use crate::browser::BenchPage;
use crate::stats::{Pairs, summary};
use crate::table::{Bar, Row, Table, Unit};

/// Dtype, bar, and bytes of input and output per run of the two backends.
const CASES: [(&str, f64); 3] = [("BF16", 4.0), ("F16", 2.5), ("F32", 1.3)];
const BYTES: f64 = 4e9;
/// Dtype and number of chat vectors of the merges that are summed up.
const SUMMED: [(&str, usize); 4] = [("BF16", 1), ("BF16", 2), ("F16", 1), ("F32", 1)];

pub async fn run(bench: &Bench, table: &mut Table) -> Result<()> {
    bench
        .in_each_browser(async |browser| {
            let page = browser.bench(&bench.setup, &[]).await?;
            for (dtype, bar) in CASES {
                let pairs = Pairs::measure(
                    bench.runs,
                    async || speed(&page, "simd128", dtype, 1, false).await,
                    async || speed(&page, "scalar", dtype, 1, false).await,
                )
                .await?;
                table.add(row(
                    format!("simd128 ÷ scalar kernel, {dtype}"),
                    &browser.name,
                    Bar::AtLeast(bar),
                    &pairs,
                    ["simd128", "scalar"],
                ));
            }
            let pairs = Pairs::measure(
                bench.runs,
                async || speed(&page, "simd128", "F16", 1, false).await,
                async || speed(&page, "simd128", "BF16", 1, false).await,
            )
            .await?;
            table.add(row(
                "F16 ÷ BF16 kernel".to_owned(),
                &browser.name,
                Bar::AtLeast(0.3),
                &pairs,
                ["F16", "BF16"],
            ));
            for (dtype, vectors) in SUMMED {
                let pairs = Pairs::measure(
                    bench.runs,
                    async || speed(&page, "simd128", dtype, vectors, true).await,
                    async || speed(&page, "simd128", dtype, vectors, false).await,
                )
                .await?;
                table.add(row(
                    format!("kernel with sums ÷ without, speed, {dtype}, chat vectors: {vectors}"),
                    &browser.name,
                    Bar::None,
                    &pairs,
                    ["with", "without"],
                ));
            }
            page.close().await?;
            Ok(())
        })
        .await?;
    Ok(())
}

fn row(measure: String, place: &str, bar: Bar, pairs: &Pairs, names: [&str; 2]) -> Row {
    let (ours, theirs) = (summary(&pairs.ours), summary(&pairs.theirs));
    Row {
        measure,
        place: place.to_owned(),
        bar,
        unit: Unit::Ratio,
        figure: pairs.ratio(),
        detail: format!(
            "{} {:.1} GB/s, {} {:.1} GB/s (input + output)",
            names[0], ours.median, names[1], theirs.median
        ),
    }
}

/// GB/s of input and output.
async fn speed(
    page: &BenchPage,
    backend: &str,
    dtype: &str,
    vectors: usize,
    sums: bool,
) -> Result<f64> {
    let task = json!({
        "backend": backend, "dtype": dtype, "vectors": vectors, "sums": sums, "bytes": BYTES,
    });
    Ok(BYTES / 1e9 / page.kernel(task).await?)
}
