//! Merges that are interrupted go on to the same bytes, with the same files and no others.

use std::fs::{self, File};
use std::io::{BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use e2e::browser::Handed;
use e2e::models::{Llama, Model, Tensor, weights};
use e2e::page::files_in;
use e2e::sparse::{self, Part};
use e2e::stage::{Stage, case};
use fantoccini::Locator;
use safetensors::Dtype;
use serde_json::json;

/// Tensors of zeros that make the merge take a while: 0.1 GB each.
const VAST: usize = 9;
const VAST_SHAPE: [u64; 2] = [10_000, 5_000];
const LONG: Duration = Duration::from_secs(180);

/// A model of vast tensors with real ones between them, in one file.
fn model(stage: &Stage, role: &str, seed: u64) -> Result<Model> {
    let names: Vec<String> = (0..VAST)
        .map(|i| format!("model.layers.{i}.mlp.up_proj.weight"))
        .collect();
    let real: Vec<Tensor> = (0..VAST)
        .map(|i| {
            let name = format!("model.layers.{i}.mlp.zz_proj.weight");
            weights(&name, Dtype::BF16, &[301, 111], seed + i as u64)
        })
        .collect();
    let parts: Vec<Part> = names
        .iter()
        .zip(&real)
        .flat_map(|(name, real)| {
            let hole = Part::Hole {
                name,
                dtype: Dtype::BF16,
                shape: &VAST_SHAPE,
            };
            [hole, Part::Real(real)]
        })
        .collect();
    let file = stage.folder_of(role).join("model.safetensors");
    sparse::write(&file, &parts)?;
    Ok(Model {
        files: vec![file],
        shards: vec![real],
    })
}

/// The given models: base and chat model 1.
async fn given(stage: &Stage) -> Result<[Model; 2]> {
    let models = [model(stage, "base", 1)?, model(stage, "chat-1", 100)?];
    give(stage, &models).await?;
    Ok(models)
}

async fn give(stage: &Stage, [base, chat]: &[Model; 2]) -> Result<()> {
    stage.page.give("Base", &base.files).await?;
    stage.page.give("Chat model 1", &chat.files).await
}

/// Merges without interruption and puts the result aside.
async fn uninterrupted(stage: &Stage) -> Result<PathBuf> {
    let names = stage.page.merge_within(LONG).await?;
    stage.page.save(&names, LONG).await?;
    let aside = stage.folder_of("uninterrupted");
    fs::rename(stage.out(), &aside)?;
    stage
        .page
        .press("Delete the merged files from the browser")
        .await?;
    stage.page.press("Delete").await?;
    Ok(aside)
}

/// Waits until the running merge has written so many bytes.
async fn written(stage: &Stage, bytes: f64) -> Result<()> {
    let page = &stage.page;
    let done = async || {
        let value = page.named("Merge progress").await?.attr("value").await?;
        Ok(value.is_some_and(|value| value.parse().is_ok_and(|done: f64| done >= bytes)))
    };
    page.wait("a part of the merge", LONG, done).await
}

/// Presses Resume, waits for the end, saves all files and compares them.
async fn resumed_equals(stage: &Stage, aside: &Path) -> Result<()> {
    let page = &stage.page;
    let enabled = async || Ok(page.named("Resume").await?.is_enabled().await?);
    page.wait("Resume", LONG, enabled).await?;
    page.press("Resume").await?;
    let over = async || Ok(page.merge_status().await?.starts_with("Done."));
    page.wait("the end of the resumed merge", LONG, over)
        .await?;
    let names = page.save_links().await?;
    page.save(&names, LONG).await?;
    let files = files_in(aside)?;
    ensure!(files_in(stage.out())? == files, "{names:?}, not {files:?}");
    for name in &files {
        let same = are_same(&aside.join(name), &stage.out().join(name))?;
        ensure!(same, "{name} differs");
    }
    Ok(())
}

fn are_same(a: &Path, b: &Path) -> Result<bool> {
    let open = |path: &Path| File::open(path).with_context(|| path.display().to_string());
    let (mut a, mut b) = (BufReader::new(open(a)?), BufReader::new(open(b)?));
    let (mut left, mut right) = (vec![0; 1 << 20], vec![0; 1 << 20]);
    loop {
        let len = a.read(&mut left)?;
        if len == 0 {
            return Ok(b.read(&mut right)? == 0);
        }
        let whole = b.read_exact(&mut right[..len]).is_ok();
        if !whole || left[..len] != right[..len] {
            return Ok(false);
        }
    }
}

/// The page is loaded again in the middle; shards that were finished are kept.
#[tokio::test]
async fn a_merge_goes_on_after_the_page_was_loaded_again() -> Result<()> {
    case("resume-after-reload", async |stage| {
        let page = &stage.page;
        let models = given(stage).await?;
        page.choose("Shards", "at most N GB a shard").await?;
        page.enter("Shard size in GB", "0.125").await?;
        let aside = uninterrupted(stage).await?;

        page.start_merge().await?;
        written(stage, 0.3e9).await?;
        page.client.refresh().await?;
        page.loaded().await?;
        let told = page.text("Interrupted merge").await?;
        ensure!(told.contains("of 901 MB are done"), "{told}");
        ensure!(
            !page.named("Resume").await?.is_enabled().await?,
            "Resume without files"
        );

        // Another model is refused, with its name and what differs.
        let other = model(stage, "other", 7)?;
        page.give("Base", &models[0].files).await?;
        page.give("Chat model 1", &other.files).await?;
        let refused = async || {
            let told = page.text("Interrupted merge").await?;
            Ok(told.contains("Chat model 1: `model.safetensors` is not the same file as then"))
        };
        page.wait("a refusal", LONG, refused).await?;
        ensure!(
            !page.named("Resume").await?.is_enabled().await?,
            "Resume with another model"
        );

        // The recipe on the page does not matter: that of then counts.
        page.give("Chat model 1", &models[1].files).await?;
        page.enter("Chat model 1 weight", "0.1").await?;
        resumed_equals(stage, &aside).await
    })
    .await
}

/// A file can't be read in the middle; once it is back, the merge goes on within the same output
/// file.
#[tokio::test]
async fn a_merge_goes_on_once_a_lost_file_is_back() -> Result<()> {
    case("resume-lost-file", async |stage| {
        let page = &stage.page;
        let models = given(stage).await?;
        let aside = uninterrupted(stage).await?;
        let chat = &models[1].files[0];
        let modified = fs::metadata(chat)?.modified()?;

        page.start_merge().await?;
        written(stage, 0.15e9).await?;
        File::options().write(true).open(chat)?.set_len(1000)?;
        let lost = async || {
            let told = page.problems().await?;
            let named = told.contains("`model.safetensors` of chat model 1, tensor `");
            Ok(named && told.contains("what is done so far is kept. Give the file again"))
        };
        page.wait("the loss of a file", LONG, lost).await?;

        model(stage, "chat-1", 100)?;
        File::options()
            .write(true)
            .open(chat)?
            .set_modified(modified)?;
        give(stage, &models).await?;
        resumed_equals(stage, &aside).await
    })
    .await
}

/// Each output of several λ is a merge of its own, and goes on alone.
#[tokio::test]
async fn outputs_of_several_weights_go_on_one_by_one() -> Result<()> {
    case("resume-several", async |stage| {
        let page = &stage.page;
        let models = given(stage).await?;
        page.enter("Chat model 1 weight", "0.5, 1").await?;
        page.choose("Shards", "at most N GB a shard").await?;
        page.enter("Shard size in GB", "0.125").await?;
        let aside = uninterrupted(stage).await?;

        page.start_merge().await?;
        written(stage, 0.6e9).await?;
        page.client.refresh().await?;
        page.loaded().await?;
        give(stage, &models).await?;
        let mut left = vec!["1", "0.5"];
        while !left.is_empty() {
            let resume = Locator::Css(".interrupted .button-primary");
            let enabled = async || match page.client.find(resume).await {
                Ok(resume) => Ok(resume.is_enabled().await?),
                Err(_) => Ok(false),
            };
            page.wait("Resume", LONG, enabled).await?;
            let told = page.client.find(Locator::Css(".interrupted")).await?;
            let told = page.text_of(&told).await?;
            let is_of = |weight: &&str| told.lines().any(|line| line == format!("λ: {weight}"));
            let at = left.iter().position(is_of).context(told.clone())?;
            let weight = left.remove(at);
            page.client.find(resume).await?.click().await?;
            let offered = format!(
                "return document.querySelectorAll('.interrupted').length === {} \
                 && document.querySelector('.merge-progress') === null",
                left.len()
            );
            let over = async || {
                let done = page.merge_status().await?.starts_with("Done.");
                Ok(done && page.script(&offered).await? == true)
            };
            page.wait("the end of the resumed merge", LONG, over)
                .await?;
            let names = page.save_links().await?;
            page.save(&names, LONG).await?;
            for name in &names {
                ensure!(name.starts_with(&format!("lambda-{weight}-")), "{name}");
                let same = are_same(&aside.join(name), &stage.out().join(name))?;
                ensure!(same, "{name} differs");
            }
            fs::remove_dir_all(stage.out())?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_merge_goes_on_after_its_worker_has_died() -> Result<()> {
    case("resume-dead-worker", async |stage| {
        let page = &stage.page;
        stage.open_faulty().await?;
        given(stage).await?;
        page.choose("Shards", "at most N GB a shard").await?;
        page.enter("Shard size in GB", "0.125").await?;
        let aside = uninterrupted(stage).await?;

        page.start_merge().await?;
        written(stage, 0.3e9).await?;
        page.fault(json!({ "what": "throw", "in": "merge", "message": "boom" }))
            .await?;
        let told = async || {
            let problems = page.problems().await?;
            let restarted = problems.contains("boom) and was started again");
            Ok(restarted && problems.contains("The merge stopped before its end."))
        };
        page.wait("the death of the worker", LONG, told).await?;
        // The models are read again by themselves.
        resumed_equals(stage, &aside).await
    })
    .await
}

/// What another tab merges is neither offered nor deleted here.
#[tokio::test]
async fn two_tabs_keep_out_of_each_others_way() -> Result<()> {
    case("two-tabs", async |stage| {
        let page = &stage.page;
        given(stage).await?;
        page.start_merge().await?;
        written(stage, 0.05e9).await?;
        let first = page.client.window().await?;
        let second = page.client.new_window(true).await?.handle;
        page.client.switch_to_window(second).await?;
        page.client.goto(&Handed::read()?.page).await?;
        page.loaded().await?;

        let small = |role: &str, seed| {
            let tensors = Llama::small(Dtype::BF16).tensors(seed);
            Model::one_file(&stage.folder_of(role), &tensors)
        };
        give(stage, &[small("small-base", 1)?, small("small-chat", 2)?]).await?;
        let names = page.merge().await?;
        ensure!(names == ["model.safetensors"], "{names:?}");
        let offered = "return document.querySelector('.interrupted') !== null";
        ensure!(
            page.script(offered).await? == false,
            "another tab's merge is offered"
        );
        // With something to lose in two tabs, Firefox can't be closed.
        page.press("Delete the merged files from the browser")
            .await?;
        page.press("Delete").await?;

        page.client.switch_to_window(first).await?;
        let over = async || Ok(page.merge_status().await?.starts_with("Done."));
        page.wait("the end of the first tab's merge", LONG, over)
            .await?;
        let names = page.save_links().await?;
        ensure!(names == ["model.safetensors"], "{names:?}");
        Ok(())
    })
    .await
}

/// Nor is one that waits, with whole shards on the disk: it could go on, but it is not abandoned.
#[tokio::test]
async fn a_merge_that_waits_is_left_alone_by_another_tab() -> Result<()> {
    case("two-tabs-waiting", async |stage| {
        let page = &stage.page;
        given(stage).await?;
        page.choose("Shards", "at most N GB a shard").await?;
        page.enter("Shard size in GB", "0.25").await?;
        page.choose("Save to", "Downloads").await?;
        page.press("Save each shard before the next is written")
            .await?;
        page.start_merge().await?;
        let waits = async || Ok(!page.save_links().await?.is_empty());
        page.wait("the offer of a shard", LONG, waits).await?;
        let first = page.client.window().await?;
        let second = page.client.new_window(true).await?.handle;
        page.client.switch_to_window(second).await?;
        page.client.goto(&Handed::read()?.page).await?;
        page.loaded().await?;
        // The search for interrupted merges takes a moment.
        tokio::time::sleep(Duration::from_secs(2)).await;
        let offered = "return document.querySelector('.interrupted') !== null";
        ensure!(page.script(offered).await? == false, "it is offered");
        page.client.switch_to_window(first).await?;
        page.cancel().await
    })
    .await
}

/// A merge that is not wanted any more gives its room back.
#[tokio::test]
async fn an_interrupted_merge_can_be_deleted() -> Result<()> {
    case("resume-deleted", async |stage| {
        let page = &stage.page;
        given(stage).await?;
        page.choose("Shards", "at most N GB a shard").await?;
        page.enter("Shard size in GB", "0.125").await?;
        page.start_merge().await?;
        written(stage, 0.3e9).await?;
        page.client.refresh().await?;
        page.loaded().await?;
        page.press("Delete the interrupted merge").await?;
        page.press("Delete").await?;
        let gone = async || {
            let kept = "
                const root = await navigator.storage.getDirectory();
                const names = [];
                for await (const name of root.keys()) names.push(name);
                return names.filter((name) => name.startsWith('merge-'));
            ";
            Ok(page.script(kept).await? == json!([]))
        };
        page.wait("the files to go", LONG, gone).await?;
        page.client.refresh().await?;
        page.loaded().await?;
        let offered = "return document.querySelector('.interrupted') !== null";
        ensure!(page.script(offered).await? == false, "it is offered again");
        Ok(())
    })
    .await
}

/// Shards that were saved and let go stay saved; the others are handed over as before.
#[tokio::test]
async fn a_merge_that_hands_its_shards_over_goes_on() -> Result<()> {
    case("resume-handed-over", async |stage| {
        let page = &stage.page;
        let models = given(stage).await?;
        page.choose("Shards", "at most N GB a shard").await?;
        page.enter("Shard size in GB", "0.25").await?;
        let aside = uninterrupted(stage).await?;
        let shards: Vec<String> = files_in(&aside)?
            .into_iter()
            .filter(|name| name.ends_with(".safetensors"))
            .collect();
        ensure!(shards.len() > 3, "{shards:?}");

        page.choose("Save to", "Downloads").await?;
        page.press("Save each shard before the next is written")
            .await?;
        page.start_merge().await?;
        save_offered(stage, &shards[0]).await?;
        // The second is whole, and is not taken when the page goes.
        page.named(&format!("Save {}", shards[1])).await?;
        page.client.refresh().await?;
        page.loaded().await?;
        give(stage, &models).await?;
        let enabled = async || Ok(page.named("Resume").await?.is_enabled().await?);
        page.wait("Resume", LONG, enabled).await?;
        page.press("Resume").await?;
        for shard in &shards[1..shards.len() - 1] {
            save_offered(stage, shard).await?;
        }
        let over = async || Ok(page.merge_status().await?.starts_with("Done."));
        page.wait("the end of the resumed merge", LONG, over)
            .await?;
        let result = page.client.find(Locator::Css(".downloads")).await?;
        let told = page.text_of(&result).await?;
        ensure!(
            told.matches("saved before").count() == shards.len() - 1,
            "{told}"
        );
        page.save(&page.save_links().await?, LONG).await?;
        for name in files_in(&aside)? {
            let same = are_same(&aside.join(&name), &stage.out().join(&name))?;
            ensure!(same, "{name} differs");
        }
        Ok(())
    })
    .await
}

/// Saves the shard that is offered, and lets the merge go on.
async fn save_offered(stage: &Stage, name: &String) -> Result<()> {
    let page = &stage.page;
    let offered = async || Ok(page.save_links().await? == [name.clone()]);
    page.wait(name, LONG, offered).await?;
    page.save(std::slice::from_ref(name), LONG).await?;
    page.press("It is saved: go on").await
}
