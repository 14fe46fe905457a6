//! Several λ at once: one merge makes an output for each, byte for byte what a merge of its own makes.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Result, ensure};
use e2e::models::{Llama, Model};
use e2e::oracle::{self, Models};
use e2e::page::{Page, files_in};
use e2e::recipe::Recipe;
use e2e::stage::{Stage, case};
use fantoccini::Locator;
use safetensors::Dtype;
use serde_json::{Value, json};

const SAVE: Duration = Duration::from_secs(30);
const RECIPE: &str = "chat_vector_recipe.json";
const WEIGHT: &str = "Chat model 1 weight";

async fn text_of(page: &Page, css: &str) -> Result<String> {
    let found = page.client.find(Locator::Css(css)).await?;
    page.text_of(&found).await
}

/// Whether λ makes a difference to a file, and it is saved here: WebKit's driver hangs after 14 downloads.
fn depends(name: &str) -> bool {
    ["model", "README"].iter().any(|part| name.contains(part))
}

/// All files of a folder by name.
fn contents(folder: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
    let read = |name: String| Ok((name.clone(), fs::read(folder.join(name))?));
    files_in(folder)?.into_iter().map(read).collect()
}

/// Merges by one λ, and returns the files that λ makes a difference to.
async fn alone(stage: &Stage, weight: &str) -> Result<BTreeMap<String, Vec<u8>>> {
    let page = &stage.page;
    page.enter(WEIGHT, weight).await?;
    let names = page.merge().await?;
    let names: Vec<_> = names.into_iter().filter(|name| depends(name)).collect();
    page.save(&names, SAVE).await?;
    let files = contents(stage.out())?;
    fs::remove_dir_all(stage.out())?;
    Ok(files)
}

#[tokio::test]
async fn a_visitor_merges_the_sample_models_with_two_weights() -> Result<()> {
    case("several", async |stage| {
        let page = &stage.page;
        page.try_samples().await?;
        let right = [alone(stage, "0.5").await?, alone(stage, "1").await?];

        page.enter(WEIGHT, "0.5, 1").await?;
        page.ready().await?;
        let formula = text_of(page, ".formula").await?;
        ensure!(formula.ends_with(", λ₁ ∈ {0.5, 1}"), "{formula}");
        let outputs = text_of(page, ".outputs").await?;
        ensure!(
            outputs.starts_with("2 outputs, ") && outputs.contains("λ = 0.5; λ = 1."),
            "{outputs}"
        );
        let names = page.merge().await?;
        ensure!(names.len() == 2 * 8, "{names:?}");
        let names: Vec<_> = names.into_iter().filter(|name| depends(name)).collect();
        ensure!(names.len() == right[0].len() + right[1].len(), "{names:?}");
        page.save(&names, SAVE).await?;
        let made = contents(stage.out())?;
        for (weight, right) in ["0.5", "1"].iter().zip(&right) {
            for (name, bytes) in right {
                let name = format!("lambda-{weight}-{name}");
                ensure!(made.get(&name) == Some(bytes), "{name} differs");
            }
        }

        page.choose("Compare", "everything").await?;
        page.press("Verify").await?;
        let verified = async || {
            let told = text_of(page, ".verify-status").await?;
            Ok(told.starts_with("Verified: all"))
        };
        page.wait("the verification", SAVE, verified).await?;

        page.press("Put all files with λ = 0.5 into one zip")
            .await?;
        let zip = "merged-model-lambda-0.5.zip";
        page.named(&format!("Save {zip}")).await?;
        page.save(&[zip.to_owned()], SAVE).await?;
        let zip = fs::read(stage.out().join(zip))?;
        let within = b"merged-model-lambda-0.5/model.safetensors";
        ensure!(zip.windows(within.len()).any(|part| part == within));

        // For `tests/python`, as they would be put into a folder.
        fs::remove_dir_all(stage.out())?;
        fs::create_dir_all(stage.out())?;
        for name in right[1].keys() {
            fs::write(stage.out().join(name), &made[&format!("lambda-1-{name}")])?;
        }
        let (models, recipe) = (stage.samples()?, Recipe::new(&[1.0]));
        let expected = oracle::merge(&models, &recipe);
        stage.leave_for_python(&models, &recipe, &expected)
    })
    .await
}

/// Base and two chat models, weights alone.
fn models(stage: &Stage) -> Result<Models> {
    let model = |role: &str, seed| {
        let tensors = Llama::small(Dtype::BF16).tensors(seed);
        Model::one_file(&stage.folder_of(role), &tensors)
    };
    Ok(Models {
        base: model("base", 1)?,
        target: None,
        chats: vec![model("chat-1", 2)?, model("chat-2", 3)?],
    })
}

#[tokio::test]
async fn lists_of_weights_go_together() -> Result<()> {
    case("several-lists", async |stage| {
        let page = &stage.page;
        let models = models(stage)?;
        stage.prepare(&models, &Recipe::new(&[1.0, 1.0])).await?;
        for (first, second, told) in [
            (
                "0.5, 1",
                "1, 2, 3",
                "Lists of weights go together, but chat model 1 has 2",
            ),
            (
                "0.5, 1, 0.5",
                "2",
                "Two outputs would have the same weights (0.5)",
            ),
            ("0,5", "2", "several with a comma and a space between them"),
            (
                "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17",
                "2",
                "At most 16 outputs",
            ),
        ] {
            page.enter(WEIGHT, first).await?;
            page.enter("Chat model 2 weight", second).await?;
            page.refuses(&["1 problem", told]).await?;
            let card = page.text("Chat model 1").await?;
            ensure!(card.contains(told), "{card}");
        }

        page.enter(WEIGHT, "0, 0.5").await?;
        page.enter("Chat model 2 weight", "-1; 2").await?;
        page.ready().await?;
        let kept = stage.folder_of("kept");
        fs::create_dir_all(stage.out())?;
        fs::create_dir_all(&kept)?;
        page.press("Save recipe").await?;
        let document = async || -> Result<Value> {
            Ok(serde_json::from_slice(&fs::read(
                stage.out().join(RECIPE),
            )?)?)
        };
        page.wait("the recipe", SAVE, async || Ok(document().await.is_ok()))
            .await?;
        let document = document().await?;
        ensure!(document["series"] == json!([[0.0, -1.0], [0.5, 2.0]]));
        ensure!(document["recipe"]["weights"] == json!([0.0, -1.0]));
        fs::rename(stage.out().join(RECIPE), kept.join(RECIPE))?;

        let names = page.merge().await?;
        let right = ["0_-1", "0.5_2"].map(|name| format!("model-lambda-{name}.safetensors"));
        ensure!(names == right, "{names:?}");
        page.save(&names, SAVE).await?;
        let made = names.iter().map(|name| fs::read(stage.out().join(name)));
        let made = made.collect::<Result<Vec<_>, _>>()?;
        fs::remove_dir_all(stage.out())?;

        // The recipe brings the lists back, and each output holds its own.
        page.enter(WEIGHT, "7").await?;
        let input = page.named("Open recipe").await?;
        input
            .send_keys(&kept.join(RECIPE).to_string_lossy())
            .await?;
        page.wait("the lists", SAVE, async || {
            let mut values = Vec::new();
            for field in [WEIGHT, "Chat model 2 weight"] {
                values.push(page.named(field).await?.prop("value").await?);
            }
            Ok(values == [Some("0, 0.5".to_owned()), Some("-1, 2".to_owned())])
        })
        .await?;
        for (weights, made) in [["0", "-1"], ["0.5", "2"]].iter().zip(&made) {
            page.enter("Chat model 2 weight", weights[1]).await?;
            let alone = alone(stage, weights[0]).await?;
            ensure!(alone.values().eq([made]), "{weights:?} differs");
        }
        Ok(())
    })
    .await
}
