//! A result larger than the browser's room: each shard is saved before the next one is written.
//! The room is limited for real, by the browser.

use std::fs;
use std::time::Duration;

use anyhow::{Result, ensure};
use e2e::browser::Habit;
use e2e::compare;
use e2e::models::{INDEX, Model, shard_name, weights};
use e2e::oracle::{self, Models};
use e2e::page::Page;
use e2e::recipe::Recipe;
use e2e::stage::{Stage, case_with};
use safetensors::Dtype;
use sha2::{Digest as _, Sha256};

const SHARDS: usize = 3;
/// Of a shard: 3.9 MB. (Chromium gives room to a growing file by powers of two.)
const SHAPE: [usize; 2] = [1300, 1500];
/// More than one shard and the page itself, which the browser keeps too, and less than two shards.
const ROOM: u64 = 7_400_000;
const SAVE_EACH: &str = "Save each shard before the next is written";
const GO_ON: &str = "It is saved: go on";
const MOMENT: Duration = Duration::from_secs(30);

/// Three models in shards that do not fit into the browser's room together.
async fn prepare(stage: &Stage) -> Result<(Models, Recipe)> {
    let model = |role: &str, seed| {
        let name = |i: usize| format!("model.layers.{i}.mlp.up_proj.weight");
        let tensors: Vec<_> = (0..SHARDS)
            .map(|i| [weights(&name(i), Dtype::BF16, &SHAPE, seed)])
            .collect();
        let shards: Vec<_> = tensors.iter().map(|tensors| &tensors[..]).collect();
        Model::indexed(&stage.folder_of(role), &shards)
    };
    let models = Models {
        base: model("base", 1)?,
        target: Some(model("target", 2)?),
        chats: vec![model("chat-1", 3)?],
    };
    let recipe = Recipe::new(&[0.8]);
    // Chromium keeps to the limit but tells everyone of 10 GB; Firefox is honest.
    let told = format!("navigator.storage.estimate = async () => ({{ quota: {ROOM}, usage: 0 }});");
    stage.page.script(&format!("{told} return true;")).await?;
    stage.give(&models).await?;
    stage.page.ask_for(&recipe).await?;
    stage.page.choose("Save to", "Downloads").await?;
    stage.page.ready().await?;
    Ok((models, recipe))
}

async fn ticked_for_lack_of_room(page: &Page) -> Result<()> {
    let ticked = async || Ok(page.named(SAVE_EACH).await?.is_selected().await?);
    page.wait("a tick for lack of room", MOMENT, ticked).await
}

async fn nothing_kept(page: &Page) -> Result<()> {
    ensure!(page.private_disk().await?.is_empty(), "something was kept");
    ensure!(page.save_links().await?.is_empty(), "something is offered");
    Ok(())
}

/// Waits until a shard is offered, and saves it.
async fn save_offered(page: &Page, name: &str) -> Result<()> {
    let offered = async || Ok(page.save_links().await? == [name]);
    page.wait("the offer of a shard", MOMENT, offered).await?;
    ensure!(
        !page.named(GO_ON).await?.is_enabled().await?,
        "the merge could go on before {name} was saved"
    );
    page.save(&[name.to_owned()], MOMENT).await
}

#[tokio::test]
async fn a_result_larger_than_the_browsers_room() -> Result<()> {
    case_with("larger-than-room", Habit::HasRoom(ROOM), async |stage| {
        let page = &stage.page;
        let (models, recipe) = prepare(stage).await?;
        ticked_for_lack_of_room(page).await?;
        page.press("Merge").await?;
        for shard in 0..SHARDS - 1 {
            let name = shard_name(shard, SHARDS);
            save_offered(page, &name).await?;
            if shard == 0 {
                page.press(&format!("SHA-256 of {name}")).await?;
            }
            let ready = async || Ok(page.named(GO_ON).await?.is_enabled().await?);
            page.wait("the SHA-256", MOMENT, ready).await?;
            page.press(GO_ON).await?;
        }
        let done = async || Ok(page.merge_status().await?.starts_with("Done."));
        page.wait("the end of the merge", MOMENT, done).await?;
        let rest = [shard_name(SHARDS - 1, SHARDS), INDEX.to_owned()];
        ensure!(page.save_links().await? == rest);
        page.save(&rest, MOMENT).await?;
        // That of a shard is shown as long as the result is.
        let first = fs::read(stage.out().join(shard_name(0, SHARDS)))?;
        let right: String = Sha256::digest(first)
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect();
        let shown = "return document.querySelector('.downloads .sha256 code').innerText";
        let shown = page.script(shown).await?;
        ensure!(shown == right, "{shown}, not {right}");
        // What is left can be verified.
        page.press("Verify").await?;
        let left_out = "The 2 files that you saved before are not here any more";
        let told = async || {
            let told = "return document.querySelector('.verify-status').innerText";
            let told = page.script(told).await?;
            let told = told.as_str().unwrap_or_default();
            Ok(told.starts_with("Verified: ") && told.contains(left_out))
        };
        page.wait("the verification", MOMENT, told).await?;

        let expected = oracle::merge(&models, &recipe);
        compare::folder(stage.out(), &compare::as_target(&expected))?;
        stage.leave_for_python(&models, &recipe, &expected)
    })
    .await?;
    Ok(())
}

#[tokio::test]
async fn without_it_the_room_is_used_up_and_nothing_kept() -> Result<()> {
    case_with("room-used-up", Habit::HasRoom(ROOM), async |stage| {
        let page = &stage.page;
        prepare(stage).await?;
        ticked_for_lack_of_room(page).await?;
        page.press(SAVE_EACH).await?;
        page.press("Merge").await?;
        let told = async || Ok(page.problems().await?.contains("no room left"));
        page.wait("a full disk", MOMENT, told).await?;
        let problems = page.problems().await?;
        ensure!(problems.contains(SAVE_EACH), "{problems}");
        nothing_kept(page).await
    })
    .await?;
    Ok(())
}

#[tokio::test]
async fn cancel_while_the_merge_waits_for_the_person() -> Result<()> {
    case_with(
        "cancel-while-waiting",
        Habit::HasRoom(ROOM),
        async |stage| {
            let page = &stage.page;
            prepare(stage).await?;
            page.press("Merge").await?;
            let first = shard_name(0, SHARDS);
            save_offered(page, &first).await?;
            page.press("Cancel").await?;
            let told = format!(
                "Cancelled. Nothing was kept. {first}, which you saved before, is no whole model: \
             delete it."
            );
            let cancelled = async || Ok(page.merge_status().await? == told);
            page.wait("the end of the merge", MOMENT, cancelled).await?;
            nothing_kept(page).await?;
            page.ready().await
        },
    )
    .await?;
    Ok(())
}
