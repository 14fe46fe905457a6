//! The kernels alone, on elements that stay in the processor's cache: simd128 ÷ scalar, the same
//! code compiled with and without, and F16 ÷ BF16.

use anyhow::Result;
use serde_json::json;

use crate::Bench;
use crate::browser::BenchPage;
use crate::stats::{Pairs, summary};
use crate::table::{Bar, Row, Table, Unit};

/// Dtype, bar, and bytes of input and output per run of the two backends.
const CASES: [(&str, f64); 3] = [("BF16", 4.0), ("F16", 2.5), ("F32", 1.3)];
const BYTES: f64 = 4e9;

pub async fn run(bench: &Bench, table: &mut Table) -> Result<()> {
    bench
        .in_each_browser(async |browser| {
            let page = browser.bench(&bench.setup, &[]).await?;
            for (dtype, bar) in CASES {
                let pairs = Pairs::measure(
                    bench.runs,
                    async || speed(&page, "simd128", dtype).await,
                    async || speed(&page, "scalar", dtype).await,
                )
                .await?;
                table.add(row(
                    format!("simd128 ÷ scalar kernel, {dtype}"),
                    &browser.name,
                    bar,
                    &pairs,
                    ["simd128", "scalar"],
                ));
            }
            let pairs = Pairs::measure(
                bench.runs,
                async || speed(&page, "simd128", "F16").await,
                async || speed(&page, "simd128", "BF16").await,
            )
            .await?;
            table.add(row(
                "F16 ÷ BF16 kernel".to_owned(),
                &browser.name,
                0.3,
                &pairs,
                ["F16", "BF16"],
            ));
            page.close().await?;
            Ok(())
        })
        .await?;
    Ok(())
}

fn row(measure: String, place: &str, bar: f64, pairs: &Pairs, names: [&str; 2]) -> Row {
    let (ours, theirs) = (summary(&pairs.ours), summary(&pairs.theirs));
    Row {
        measure,
        place: place.to_owned(),
        bar: Bar::AtLeast(bar),
        unit: Unit::Ratio,
        figure: pairs.ratio(),
        detail: format!(
            "{} {:.1} GB/s, {} {:.1} GB/s (input + output)",
            names[0], ours.median, names[1], theirs.median
        ),
    }
}

/// GB/s of input and output.
async fn speed(page: &BenchPage, backend: &str, dtype: &str) -> Result<f64> {
    let task = json!({ "backend": backend, "dtype": dtype, "vectors": 1, "bytes": BYTES });
    Ok(BYTES / 1e9 / page.kernel(task).await?)
}
