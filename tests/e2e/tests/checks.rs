//! Being sure of a result: verified against its models, and its SHA-256.

use std::fs::{self, File};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use e2e::models::{Llama, Model, weights};
use e2e::oracle::Models;
use e2e::recipe::Recipe;
use e2e::sparse;
use e2e::stage::{Stage, case};
use safetensors::Dtype;
use sha2::{Digest as _, Sha256};

const MOMENT: Duration = Duration::from_secs(60);
const LONG_ONE: &str = "model.layers.0.mlp.up_proj.weight";

/// Models with a tensor that is longer than what a sample takes of it, in two shards.
fn models(stage: &Stage) -> Result<Models> {
    let model = |role, seed| {
        let long = [weights(LONG_ONE, Dtype::BF16, &[1500, 1000], seed)];
        let rest = [weights("model.norm.weight", Dtype::F32, &[777], seed)];
        Model::indexed(&stage.folder_of(role), &[&long[..], &rest[..]])
    };
    Ok(Models {
        base: model("base", 1)?,
        target: Some(model("target", 2)?),
        chats: vec![model("chat-1", 3)?],
    })
}

/// Verifies, and returns what the page says then.
async fn verify(stage: &Stage, share: &str) -> Result<String> {
    let page = &stage.page;
    page.choose("Compare", share).await?;
    page.press("Verify").await?;
    let over = async || Ok(page.named("Verify").await?.is_enabled().await?);
    page.wait("the end of the verification", MOMENT, over)
        .await?;
    let told = page
        .script("return document.querySelector('.verify-status').innerText")
        .await?;
    Ok(told.as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn a_result_is_verified() -> Result<()> {
    case("verify", async |stage| {
        stage.prepare(&models(stage)?, &Recipe::new(&[0.7])).await?;
        stage.page.merge().await?;
        let told = verify(stage, "everything").await?;
        ensure!(
            told == "Verified: all 3.01 MB are what the models give.",
            "{told}"
        );
        let told = verify(stage, "a sample of each tensor").await?;
        let sample = " kB of 3.01 MB, from the beginning, the middle and the end of every tensor, \
                      are what the models give.";
        ensure!(
            told.starts_with("Verified: 2") && told.ends_with(sample),
            "{told}"
        );

        // It is about what was merged, not about what the page shows since.
        stage.page.enter("Chat model 1 weight", "0.1").await?;
        let told = verify(stage, "everything").await?;
        ensure!(told.starts_with("Verified: all"), "{told}");
        Ok(())
    })
    .await
}

/// What the models give now is not what was written: one of them was changed, and its date not.
#[tokio::test]
async fn what_is_wrong_is_named() -> Result<()> {
    case("verify-wrong", async |stage| {
        let models = models(stage)?;
        stage.prepare(&models, &Recipe::new(&[0.7])).await?;
        stage.page.merge().await?;
        let path = &models.chats[0].files[0];
        let date = fs::metadata(path)?.modified()?;
        // A byte of the last element but nine.
        let at = fs::metadata(path)?.len() - 20;
        let byte = sparse::read_at(path, at, 1)?[0];
        sparse::write_at(path, at, &[!byte])?;
        File::options().write(true).open(path)?.set_modified(date)?;
        let told = verify(stage, "a sample of each tensor").await?;
        let words = format!(
            "`model-00001-of-00002.safetensors` is not what the models give: it differs in tensor \
             `{LONG_ONE}`, element 1499990."
        );
        ensure!(told.contains(&words), "{told}");

        // Without a model it is not known.
        fs::remove_file(path)?;
        let told = verify(stage, "everything").await?;
        let words = [
            "`model-00001-of-00002.safetensors` of chat model 1",
            "can't be read any more",
        ];
        ensure!(words.iter().all(|word| told.contains(word)), "{told}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_verification_can_be_stopped() -> Result<()> {
    case("verify-stop", async |stage| {
        let page = &stage.page;
        let model = |role, seed| {
            let tensors = (0..4).map(|i| {
                let name = format!("model.layers.{i}.mlp.up_proj.weight");
                weights(&name, Dtype::BF16, &[2000, 4000], seed)
            });
            Model::one_file(&stage.folder_of(role), &tensors.collect::<Vec<_>>())
        };
        let models = Models {
            base: model("base", 1)?,
            target: None,
            chats: vec![model("chat-1", 3)?],
        };
        stage.prepare(&models, &Recipe::new(&[0.7])).await?;
        page.merge().await?;
        page.choose("Compare", "everything").await?;
        let stop = "
            const pressed = (name) => {
                const buttons = [...document.querySelectorAll('.verify button')];
                const button = buttons.find((button) => button.innerText === name);
                button?.click();
                return button;
            };
            pressed('Verify');
            while (!pressed('Stop')) await new Promise(requestAnimationFrame);
            while (document.querySelector('.verify progress')) await new Promise(requestAnimationFrame);
            return document.querySelector('.verify-status').innerText;
        ";
        let told = page.script(stop).await?;
        ensure!(told == "", "{told}");
        let told = verify(stage, "everything").await?;
        ensure!(told.starts_with("Verified: all 64.0 MB"), "{told}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn each_file_has_its_sha256() -> Result<()> {
    case("sha256", async |stage| {
        let page = &stage.page;
        let small = |role, seed| {
            let tensors = Llama::small(Dtype::F16).tensors(seed);
            let (first, second) = tensors.split_at(3);
            let shards = [first, second];
            Model::indexed(&stage.folder_of(role), &shards)
        };
        let models = Models {
            base: small("base", 1)?,
            target: None,
            chats: vec![small("chat-1", 2)?],
        };
        stage.prepare(&models, &Recipe::new(&[1.0])).await?;
        let names = page.merge().await?;
        for name in &names {
            page.press(&format!("SHA-256 of {name}")).await?;
        }
        let shown = async || {
            let script = "return [...document.querySelectorAll('.downloads .sha256 code')]
                .map((code) => code.innerText)";
            Ok::<Vec<String>, anyhow::Error>(serde_json::from_value(page.script(script).await?)?)
        };
        let all = async || Ok(shown().await?.len() == names.len());
        page.wait("every SHA-256", MOMENT, all).await?;
        page.save(&names, MOMENT).await?;
        for (name, shown) in names.iter().zip(shown().await?) {
            let bytes = fs::read(stage.out().join(name)).with_context(|| name.clone())?;
            let right: String = Sha256::digest(bytes)
                .iter()
                .map(|b| format!("{b:02x}"))
                .collect();
            ensure!(shown == right, "{name}: {shown}, not {right}");
        }
        Ok(())
    })
    .await
}
