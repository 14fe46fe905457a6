//! The package for other pages, by the example page that the repository has of it.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Result, ensure};
use e2e::compare;
use e2e::models::{Llama, Model, weights};
use e2e::oracle::{self, Models};
use e2e::page::Page;
use e2e::recipe::Recipe;
use e2e::site::{self, Host};
use e2e::stage::case;
use fantoccini::Locator;
use safetensors::Dtype;

const MOMENT: Duration = Duration::from_secs(30);

/// Presses Merge, which does something once the workers have started, until the example page says
/// something that begins so.
async fn press_until(page: &Page, words: &str) -> Result<()> {
    let told = async || {
        let status = page.client.find(Locator::Id("status")).await?;
        let status = status.text().await?;
        if status.is_empty() {
            let merge = page.client.find(Locator::Id("merge")).await?;
            merge.click().await?;
        }
        Ok(status.starts_with(words))
    };
    page.wait(words, MOMENT, told).await
}

async fn give(page: &Page, input: &str, model: &Model) -> Result<()> {
    let input = page.client.find(Locator::Id(input)).await?;
    Ok(input.send_keys(&model.files[0].to_string_lossy()).await?)
}

#[tokio::test]
async fn the_example_page_merges() -> Result<()> {
    case("package", async |stage| {
        let page = &stage.page;
        let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let example = fs::read(repository.join("examples/merge.html"))?;
        let lines = example.split(|byte| *byte == b'\n').count() - 1;
        ensure!(lines <= 30, "the example has {lines} lines");
        let site = stage.folder_of("site");
        fs::create_dir_all(site.join("examples"))?;
        site::copy(&repository.join("pkg/dist"), &site.join("pkg/dist"))?;
        fs::write(site.join("index.html"), "the package")?;
        fs::write(site.join("examples/merge.html"), &example)?;
        let host = Host::start(&site, 0)?;

        let one = |role: &str, seed| {
            let tensors = Llama::small(Dtype::BF16).tensors(seed);
            Model::one_file(&stage.folder_of(role), &tensors)
        };
        let models = Models {
            base: one("base", 1)?,
            target: None,
            chats: vec![one("chat-1", 2)?],
        };
        let other = [weights("other", Dtype::BF16, &[4], 1)];
        let other = Model::one_file(&stage.folder_of("other"), &other)?;

        let url = format!("{}examples/merge.html", host.url);
        page.client.goto(&url).await?;
        give(page, "base", &models.base).await?;
        give(page, "chat", &other).await?;
        press_until(page, "Tensor `").await?;

        // Files that are given again to such an input are given besides.
        page.client.refresh().await?;
        give(page, "base", &models.base).await?;
        give(page, "chat", &models.chats[0]).await?;
        let weight = page.client.find(Locator::Id("weight")).await?;
        weight.clear().await?;
        weight.send_keys("0.5").await?;
        press_until(page, "Merged.").await?;
        page.saved(&["model.safetensors".to_owned()], MOMENT)
            .await?;
        let expected = oracle::merge(&models, &Recipe::new(&[0.5]));
        compare::folder(stage.out(), &compare::one_file(&expected))
    })
    .await
}
