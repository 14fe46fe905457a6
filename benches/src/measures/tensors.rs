//! Many small tensors ÷ the same bytes in few large ones.

use anyhow::Result;

use super::{copy::merge_task, family, inputs, warm};
use crate::Bench;
use crate::browser::name;
use crate::checkpoints::{Dtype, Shape, equal_tensors, write_family};
use crate::stats::{Pairs, summary};
use crate::table::{Bar, Row, Table, Unit};

const MANY: usize = 20_000;
const FEW: usize = 20;
/// Of each of the many, in bytes.
const SMALL: u64 = 4096;

pub async fn run(bench: &Bench, table: &mut Table) -> Result<()> {
    let elements = SMALL / Dtype::BF16.width();
    let folder = inputs(bench)?;
    let write = |prefix: &str, tensors: &[Shape]| {
        let files: Vec<_> = family(folder.path(), 3)
            .iter()
            .map(|path| path.with_file_name(format!("{prefix}-{}", name(path))))
            .collect();
        write_family(&files, tensors, Dtype::BF16)?;
        anyhow::Ok(files)
    };
    let many = write("many", &equal_tensors(MANY, elements))?;
    let few = write("few", &equal_tensors(FEW, elements * (MANY / FEW) as u64))?;
    let task = |files: &[std::path::PathBuf]| {
        let names: Vec<String> = files.iter().map(|file| name(file)).collect();
        merge_task(&names, 1, "opfs")
    };
    let all = [many.clone(), few.clone()].concat();
    bench
        .in_each_browser(async |browser| {
            let page = browser.bench(&bench.setup, &all).await?;
            let measure = async |files: &[std::path::PathBuf]| {
                warm(files)?;
                Ok(page.merge(task(files)).await?.seconds())
            };
            let pairs = Pairs::measure(
                bench.runs,
                async || measure(&many).await,
                async || measure(&few).await,
            )
            .await?;
            page.close().await?;
            let (ours, theirs) = (summary(&pairs.ours), summary(&pairs.theirs));
            table.add(Row {
                measure: format!("{MANY} tensors of 4 KB ÷ the same bytes in {FEW}"),
                place: browser.name.clone(),
                bar: Bar::AtMost(1.5),
                unit: Unit::Ratio,
                figure: pairs.ratio(),
                detail: format!("{:.0} ms, {:.0} ms", ours.median * 1e3, theirs.median * 1e3),
            });
            Ok(())
        })
        .await?;
    Ok(())
}
