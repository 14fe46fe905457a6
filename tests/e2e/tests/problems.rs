//! What stops a merge: each problem names what it is about, and Merge is disabled.

use std::fs;
use std::path::PathBuf;

use anyhow::{Result, ensure};
use e2e::models::{INDEX, Llama, Model, NORM, Tensor, file, shard_name, weights, write};
use e2e::oracle::Models;
use e2e::recipe::Recipe;
use e2e::stage::{Stage, case};
use safetensors::Dtype;

const UP: &str = "model.layers.0.mlp.up_proj.weight";

fn tensors(seed: u64) -> Vec<Tensor> {
    Llama::small(Dtype::BF16).tensors(seed)
}

/// A base, a target and a chat model that go together, each with a change.
fn models(stage: &Stage, change: impl Fn(&str, &mut Vec<Tensor>)) -> Result<Models> {
    let model = |role, seed| {
        let mut tensors = tensors(seed);
        change(role, &mut tensors);
        Model::one_file(&stage.folder_of(role), &tensors)
    };
    Ok(Models {
        base: model("base", 1)?,
        target: Some(model("target", 2)?),
        chats: vec![model("chat-1", 3)?],
    })
}

/// The tensors of `role` without one.
fn without(in_role: &str, name: &str) -> impl Fn(&str, &mut Vec<Tensor>) {
    move |role, tensors| {
        if role == in_role {
            tensors.retain(|tensor| tensor.name != name);
        }
    }
}

#[tokio::test]
async fn a_tensor_missing_in_base() -> Result<()> {
    case("problem-missing-in-base", async |stage| {
        stage.give(&models(stage, without("base", UP))?).await?;
        let told = format!("Tensor `{UP}` can't be merged: base has no such tensor.");
        stage.page.refuses(&["1 problem", &told]).await
    })
    .await
}

#[tokio::test]
async fn a_tensor_missing_in_a_chat_model() -> Result<()> {
    case("problem-missing-in-chat", async |stage| {
        stage.give(&models(stage, without("chat-1", NORM))?).await?;
        let told = format!("Tensor `{NORM}` can't be merged: chat model 1 has no such tensor.");
        stage.page.refuses(&["1 problem", &told]).await
    })
    .await
}

/// What does not match, in both ways; copying it is the way out.
#[tokio::test]
async fn shapes_that_differ() -> Result<()> {
    case("copy-what-does-not-match", async |stage| {
        let models = models(stage, |role, tensors| {
            without("chat-1", NORM)(role, tensors);
            if role == "base" {
                without("base", UP)(role, tensors);
                tensors.push(weights(UP, Dtype::BF16, &[40, 110], 1));
            }
        })?;
        stage.give(&models).await?;
        let shape = format!(
            "Tensor `{UP}` can't be merged: its shape is 110×40 in target but 40×110 in base."
        );
        let missing = format!("Tensor `{NORM}` can't be merged: chat model 1 has no such tensor.");
        stage
            .page
            .refuses(&["2 problems", &shape, &missing])
            .await?;
        let counts = stage.page.counts().await?;
        ensure!(counts.refused == 2, "{counts:?}");

        let mut recipe = Recipe::new(&[1.0]);
        recipe.copy_unmatched = true;
        stage.page.ask_for(&recipe).await?;
        stage.page.ready().await?;
        let problems = stage.page.problems().await?;
        ensure!(problems.is_empty(), "{problems}");
        let notices = stage.page.notices().await?;
        ensure!(
            notices.contains("does not match, copied from the target as you chose"),
            "{notices}"
        );
        stage.merge_and_compare(&models, &recipe).await
    })
    .await
}

/// Gives files as base, and expects a problem with them, said of the base.
async fn bad_base(stage: &Stage, files: &[PathBuf], words: &[&str]) -> Result<()> {
    let chat = Model::one_file(&stage.folder_of("chat-1"), &tensors(2))?;
    stage.page.give("Chat model 1", &chat.files).await?;
    stage.page.give("Base", files).await?;
    stage.page.refuses(&["1 problem", "Base: "]).await?;
    stage.page.refuses(words).await?;
    // Good files in place of the bad ones solve it.
    let good = Model::one_file(&stage.folder_of("good"), &tensors(1))?;
    stage.page.give("Base", &good.files).await?;
    stage.page.ready().await?;
    let problems = stage.page.problems().await?;
    ensure!(problems.is_empty(), "{problems}");
    Ok(())
}

#[tokio::test]
async fn a_missing_shard() -> Result<()> {
    case("problem-missing-shard", async |stage| {
        let (folder, t) = (stage.folder_of("base"), tensors(1));
        let model = Model::shards(&folder, &[&t[..3], &t[3..6], &t[6..]])?;
        let told = format!("A shard is missing: `{}`.", shard_name(1, 3));
        let files = [model.files[0].clone(), model.files[2].clone()];
        bad_base(stage, &files, &[&told]).await
    })
    .await
}

#[tokio::test]
async fn shards_missing_that_the_index_names() -> Result<()> {
    case("problem-missing-shard-of-index", async |stage| {
        let (folder, t) = (stage.folder_of("base"), tensors(1));
        let model = Model::indexed(&folder, &[&t[..3], &t[3..6], &t[6..]])?;
        let told = format!(
            "Shards are missing: `{}`, `{}`.",
            shard_name(0, 3),
            shard_name(2, 3)
        );
        let files = [model.files[1].clone(), folder.join(INDEX)];
        bad_base(stage, &files, &[&told]).await
    })
    .await
}

#[tokio::test]
async fn an_index_of_another_checkpoint() -> Result<()> {
    case("problem-wrong-index", async |stage| {
        let (folder, t) = (stage.folder_of("base"), tensors(1));
        let one = Model::shards(&folder, &[&t[..3], &t[3..]])?;
        let other = stage.folder_of("other");
        Model::indexed(&other, &[&t[..4], &t[4..]])?;
        let files = [&one.files[..], &[other.join(INDEX)]].concat();
        let told = format!("is in `{}`, but it is not", shard_name(0, 2));
        bad_base(stage, &files, &[&told, &t[3].name]).await
    })
    .await
}

#[tokio::test]
async fn a_tensor_in_two_shards() -> Result<()> {
    case("problem-doubled-tensor", async |stage| {
        let (folder, t) = (stage.folder_of("base"), tensors(1));
        let model = Model::shards(&folder, &[&t[..4], &t[3..]])?;
        let told = format!(
            "Tensor `{}` is in both `{}` and `{}`",
            t[3].name,
            shard_name(0, 2),
            shard_name(1, 2)
        );
        bad_base(stage, &model.files, &[&told]).await
    })
    .await
}

#[tokio::test]
async fn the_same_shard_twice() -> Result<()> {
    case("problem-doubled-shard", async |stage| {
        let (folder, t) = (stage.folder_of("base"), tensors(1));
        let model = Model::shards(&folder, &[&t[..4], &t[4..]])?;
        let copy = stage.folder_of("copy").join(shard_name(0, 2));
        fs::create_dir_all(stage.folder_of("copy"))?;
        fs::copy(&model.files[0], &copy)?;
        let files = [&model.files[..], &[copy]].concat();
        let told = format!("`{}` was given twice", shard_name(0, 2));
        bad_base(stage, &files, &[&told]).await
    })
    .await
}

#[tokio::test]
async fn shards_of_two_checkpoints() -> Result<()> {
    case("problem-two-checkpoints", async |stage| {
        let (folder, t) = (stage.folder_of("base"), tensors(1));
        let shards = Model::shards(&folder, &[&t[..4], &t[4..]])?;
        let other = Model::one_file(&folder, &t)?;
        let files = [shards.files, other.files].concat();
        bad_base(
            stage,
            &files,
            &["more than one checkpoint", "model.safetensors"],
        )
        .await
    })
    .await
}

/// Gives one file as base that holds these bytes.
async fn bad_file(stage: &Stage, name: &str, bytes: &[u8], words: &[&str]) -> Result<()> {
    let path = write(&stage.folder_of("base"), name, bytes)?;
    bad_base(stage, &[path], words).await
}

const NAME: &str = "model.safetensors";

#[tokio::test]
async fn a_truncated_file() -> Result<()> {
    case("problem-truncated", async |stage| {
        let bytes = file(&tensors(1))?;
        let half = &bytes[..bytes.len() / 2];
        let size = format!("({} bytes)", half.len());
        let words = ["`model.safetensors`", "cut short. Download it again", &size];
        bad_file(stage, NAME, half, &words).await
    })
    .await
}

#[tokio::test]
async fn a_truncated_header() -> Result<()> {
    case("problem-truncated-header", async |stage| {
        let bytes = file(&tensors(1))?;
        let words = ["`model.safetensors`", "the file ends after 100 bytes"];
        bad_file(stage, NAME, &bytes[..100], &words).await
    })
    .await
}

#[tokio::test]
async fn an_empty_file() -> Result<()> {
    case("problem-empty", async |stage| {
        bad_file(stage, NAME, b"", &["`model.safetensors`", "empty"]).await
    })
    .await
}

#[tokio::test]
async fn a_header_that_is_no_json() -> Result<()> {
    case("problem-no-json", async |stage| {
        let mut bytes = 16u64.to_le_bytes().to_vec();
        bytes.extend(b"{\"a\": 1, nonsense");
        let words = ["`model.safetensors`", "header can't be read"];
        bad_file(stage, NAME, &bytes, &words).await
    })
    .await
}

#[tokio::test]
async fn a_git_lfs_pointer() -> Result<()> {
    case("problem-git-lfs", async |stage| {
        let pointer = b"version https://git-lfs.github.com/spec/v1\n\
            oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\n\
            size 4943162336\n";
        let words = ["`model.safetensors`", "Git LFS pointer", "git lfs pull"];
        bad_file(stage, NAME, pointer, &words).await
    })
    .await
}

#[tokio::test]
async fn a_web_page_in_place_of_the_file() -> Result<()> {
    case("problem-web-page", async |stage| {
        let html = b"<!DOCTYPE html><html><body>Log in</body></html>";
        bad_file(stage, NAME, html, &["`model.safetensors`", "web page"]).await
    })
    .await
}

#[tokio::test]
async fn a_pytorch_file() -> Result<()> {
    case("problem-pytorch", async |stage| {
        let words = ["`pytorch_model.bin`: this is a PyTorch file"];
        bad_file(stage, "pytorch_model.bin", b"PK\x03\x04 and so on", &words).await
    })
    .await
}

#[tokio::test]
async fn models_of_different_families() -> Result<()> {
    case("problem-different-families", async |stage| {
        let models = models(stage, |role, tensors| {
            if role == "target" {
                for tensor in tensors {
                    tensor.name = tensor.name.replacen("model.", "transformer.h.", 1);
                }
                return;
            }
            tensors.retain(|tensor| tensor.name.starts_with("model.layers."));
        })?;
        stage.give(&models).await?;
        let told = "No tensor of the target is in base and chat models too";
        stage.page.refuses(&["1 problem", told, "one family"]).await
    })
    .await
}

#[tokio::test]
async fn a_model_without_tensors() -> Result<()> {
    case("problem-no-tensors", async |stage| {
        let base = Model::one_file(&stage.folder_of("base"), &[])?;
        let chat = Model::one_file(&stage.folder_of("chat-1"), &tensors(2))?;
        stage.page.give("Base", &base.files).await?;
        stage.page.give("Chat model 1", &chat.files).await?;
        let words = ["1 problem", "base has no tensors"];
        stage.page.refuses(&words).await
    })
    .await
}

/// λ has to be there and finite, and so has a rule's.
#[tokio::test]
async fn a_weight_that_is_no_number() -> Result<()> {
    case("problem-weight", async |stage| {
        let page = &stage.page;
        stage.give(&models(stage, |_, _| {})?).await?;
        page.ready().await?;
        let told = "Chat model 1 weight must be a finite number";
        for weight in ["", "1e39", "-", "e"] {
            page.enter("Chat model 1 weight", weight).await?;
            page.refuses(&["1 problem", told]).await?;
            page.enter("Chat model 1 weight", "0.5").await?;
            page.ready().await?;
        }
        page.press("Add rule").await?;
        page.enter("Rule 1 pattern", "*").await?;
        page.enter("Rule 1 weight for chat model 1", "").await?;
        let told = "Rule 1 weight for chat model 1 must be a finite number";
        page.refuses(&["1 problem", told]).await?;
        page.enter("Rule 1 weight for chat model 1", "-2").await?;
        page.ready().await
    })
    .await
}

#[tokio::test]
async fn a_pattern_that_is_none() -> Result<()> {
    case("problem-pattern", async |stage| {
        let page = &stage.page;
        stage.give(&models(stage, |_, _| {})?).await?;
        page.press("Add rule").await?;
        for pattern in ["model.layers.[0-3", "{a,b"] {
            page.enter("Rule 1 pattern", pattern).await?;
            let told = format!("The name pattern `{pattern}` can't be read");
            page.refuses(&["1 problem", &told]).await?;
        }
        page.enter("Rule 1 pattern", "{a,b}[0-3]*").await?;
        page.ready().await
    })
    .await
}

#[tokio::test]
async fn a_shard_size_that_is_none() -> Result<()> {
    case("problem-shard-size", async |stage| {
        let page = &stage.page;
        stage.give(&models(stage, |_, _| {})?).await?;
        page.choose("Shards", "at most N GB a shard").await?;
        for size in ["", "0", "-1"] {
            page.enter("Shard size in GB", size).await?;
            page.refuses(&["1 problem", "Shard size in GB must be a number above 0."])
                .await?;
        }
        page.enter("Shard size in GB", "2").await?;
        page.ready().await
    })
    .await
}
