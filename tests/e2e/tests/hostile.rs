//! Files from strangers: the page shows what the library says of each, and shows it as text.

#[path = "../../corpus/mod.rs"]
mod corpus;

use std::fs;
use std::path::PathBuf;

use anyhow::{Result, ensure};
use e2e::models::write;
use e2e::stage::{Stage, case};

fn written(stage: &Stage, at: usize, case: &corpus::Case) -> Result<Vec<PathBuf>> {
    let folder = stage.folder_of(&format!("{at}"));
    let files = case.files.iter();
    files
        .map(|(name, bytes)| write(&folder, name, bytes))
        .collect()
}

#[tokio::test]
async fn every_case_is_told_in_the_page() -> Result<()> {
    case("hostile", async |stage| {
        for (at, case) in corpus::cases().iter().enumerate() {
            stage.page.give("Base", &written(stage, at, case)?).await?;
            let told = match &case.told {
                Some(told) => format!("1 problem\nBase: {told}"),
                None => String::new(),
            };
            let problems = stage.page.problems().await?;
            ensure!(
                problems == told,
                "{}: `{problems}`, not `{told}`",
                case.what
            );
            if case.told.is_none() {
                let card = stage.page.text("Base").await?;
                ensure!(card.contains(" params"), "{}: {card}", case.what);
            }
            fs::remove_dir_all(stage.folder_of(&format!("{at}")))?;
        }
        Ok(())
    })
    .await
}

/// Names from a file are never markup, and none reorders or hides the text around it.
#[tokio::test]
async fn names_are_shown_as_text() -> Result<()> {
    case("hostile-names", async |stage| {
        let page = &stage.page;
        let cases = corpus::cases();
        let odd = cases.iter().position(|case| case.what == "odd names");
        let odd = odd.expect("the corpus has odd names");
        let files = written(stage, odd, &cases[odd])?;
        page.give("Base", &files).await?;
        page.give("Chat model 1", &files).await?;
        page.ready().await?;
        page.press("Tensors, one by one (7)").await?;
        let table = page.text("Tensors").await?;
        for name in [
            "__proto__",
            "constructor",
            "<img src=x onerror=alert(1)>",
            r"a\0b\n\u{1b}[31mc",
            r"a\u{202e}gnp.b",
            "../../etc/passwd",
        ] {
            ensure!(table.contains(name), "no {name} in {table}");
        }
        let images = page.script("return document.images.length").await?;
        ensure!(images == 0, "{images} images");

        let names = page.merge().await?;
        ensure!(names == ["model.safetensors"], "{names:?}");
        Ok(())
    })
    .await
}
