//! The package for other pages, by the example page that the repository has of it, and with what comes
//! from URLs.

use std::fs;
use std::time::Duration;

use anyhow::{Result, ensure};
use e2e::compare;
use e2e::models::{Llama, Model, weights};
use e2e::oracle::{self, Models};
use e2e::package::{Package, repository};
use e2e::page::Page;
use e2e::recipe::Recipe;
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
        let example = fs::read(repository().join("examples/merge.html"))?;
        let lines = example.split(|byte| *byte == b'\n').count() - 1;
        ensure!(lines <= 30, "the example has {lines} lines");
        let package = Package::serve(stage)?;
        package.add("examples/merge.html", &example)?;

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

        let url = format!("{}examples/merge.html", package.host.url);
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

/// Models that are fetched; what would be wrong is told, and what is done.
#[tokio::test]
async fn blobs_of_urls_merge() -> Result<()> {
    case("package-blobs", async |stage| {
        let package = Package::serve(stage)?;
        let one = |role: &str, seed| {
            let tensors = Llama::small(Dtype::F16).tensors(seed);
            Model::one_file(&stage.folder_of(role), &tensors)
        };
        let models = Models {
            base: one("base", 1)?,
            target: Some(one("target", 2)?),
            chats: vec![one("chat-1", 3)?, one("chat-2", 4)?],
        };
        package.add_model("base", &models.base)?;
        package.add_model("target", models.target.as_ref().expect("is given"))?;
        for (i, chat) in models.chats.iter().enumerate() {
            package.add_model(&format!("chat-{}", i + 1), chat)?;
        }
        let told = package
            .run(
                r#"
                const merger = await Merger.start();
                const model = async (folder) => {
                  const name = "model.safetensors";
                  return merger.inspect({ name, blob: await blobOf(`${folder}/${name}`) });
                };
                const [base, target] = [await model("base"), await model("target")];
                const chats = [await model("chat-1"), await model("chat-2")];
                const weights = [0.75, -0.25];
                const wrong = await merger.plan({ base, target, chats, weights: [1] });
                const notModel = new Blob(["no checkpoint"]);
                const refused = await merger
                  .inspect({ name: "model.safetensors", blob: notModel })
                  .catch((error) => error instanceof ChatVectorError && error.message);
                const done = [];
                const onProgress = (progress) => done.push(progress.done / progress.total);
                const merged = await merger.merge({ base, target, chats, weights }, { onProgress });
                const files = [];
                for (const { name, size, file } of merged) {
                  if (file.size !== size) throw new Error(`${name}: ${file.size}, not ${size}`);
                  files.push({ name, base64: await base64(file) });
                }
                merger.stop();
                const problems = wrong.problems.map(({ message }) => message);
                return { files, problems, refused, last: done.at(-1) };
                "#,
            )
            .await?;
        let problems = told["problems"].as_array().map_or(0, Vec::len);
        ensure!(problems > 0, "one weight for two chat models: {told}");
        let refused = told["refused"].as_str().unwrap_or_default();
        ensure!(refused.contains("model.safetensors"), "refused: {refused}");
        ensure!(told["last"] == 1.0, "progress ended at {}", told["last"]);
        package.save(&told["files"])?;
        let expected = oracle::merge(&models, &Recipe::new(&[0.75, -0.25]));
        compare::folder(stage.out(), &compare::one_file(&expected))
    })
    .await
}
