//! What only Chromium's driver can do: tell all that the browser asks the network for, ask before a
//! page is left, and give a folder.

use std::time::Duration;

use anyhow::{Result, ensure};
use e2e::browser::{self, Habit, Handed};
use e2e::models::{Llama, Model};
use e2e::oracle::Models;
use e2e::recipe::Recipe;
use e2e::site;
use e2e::stage::{case, case_alone, case_with};
use e2e::vast::start_long_merge;
use safetensors::Dtype;
use serde_json::json;
use url::Url;

/// Nothing leaves the computer: what the page, its workers and its service worker ask for are the
/// site's own files, each once to show the page and once to keep it.
#[tokio::test]
async fn nothing_is_sent_anywhere() -> Result<()> {
    let folder = case_with("network-log", Habit::LogsNetwork, async |stage| {
        stage.page.foot_says("Works offline").await?;
        stage.merge_small_models().await
    })
    .await?;

    let Handed {
        page: home, site, ..
    } = Handed::read()?;
    let origin = Url::parse(&home)?.origin().ascii_serialization();
    let asked = browser::requested(&folder, &origin)?;
    let files = site::files(&site)?;
    let strange: Vec<_> = asked
        .iter()
        .filter(|url| !site::is_own(url, &home, &files))
        .collect();
    ensure!(strange.is_empty(), "not of {home}: {strange:?}");
    let times = |file: &str| asked.iter().filter(|url| url.ends_with(file)).count();
    // The browser takes icons for itself as often as it likes.
    for file in files.iter().filter(|file| file.starts_with("assets/")) {
        let times = times(file);
        let right = if site::is_of_learn(file) {
            0..=0
        } else {
            1..=2
        };
        ensure!(right.contains(&times), "{file}: {times} times");
    }
    Ok(())
}

/// In a chosen folder each output has one of its own. (Headless browsers have no dialog: what it would
/// return is a folder of the private disk.)
#[tokio::test]
async fn several_outputs_have_a_folder_each() -> Result<()> {
    case("several-chosen", async |stage| {
        let page = &stage.page;
        page.try_samples().await?;
        page.script(
            "const root = await navigator.storage.getDirectory();
             window.chosen = await root.getDirectoryHandle('chosen', { create: true });
             window.showDirectoryPicker = async () => window.chosen;",
        )
        .await?;
        page.choose("Save to", "Chosen file or folder").await?;
        page.choose("Output", "weights only").await?;
        page.enter("Chat model 1 weight", "0.5, -1").await?;
        page.ready().await?;
        page.press("Merge").await?;
        let done = async || Ok(page.merge_status().await?.starts_with("Done."));
        page.wait("the merge", Duration::from_secs(30), done)
            .await?;
        let written = page.text("Files written").await?;
        for folder in ["merged-model-lambda-0.5", "merged-model-lambda--1"] {
            let file = format!("{folder}/model.safetensors");
            ensure!(written.contains(&file), "{written}");
        }
        let sizes = "const sizes = [];
            for await (const [name, folder] of chosen.entries()) {
                const file = await folder.getFileHandle('model.safetensors');
                sizes.push(name, (await file.getFile()).size > 100_000);
            }
            return sizes.sort();";
        let sizes = page.script(sizes).await?;
        let right = json!([
            "merged-model-lambda--1",
            "merged-model-lambda-0.5",
            true,
            true
        ]);
        ensure!(sizes == right, "{sizes}");

        // What is there is never replaced, and a folder that was made for nothing goes.
        page.enter("Chat model 1 weight", "2, 0.5").await?;
        page.ready().await?;
        page.press("Merge").await?;
        let told = "The folder merged-model-lambda-0.5 is there already where you chose";
        let refused = async || Ok(page.problems().await?.contains(told));
        page.wait("a refusal", Duration::from_secs(30), refused)
            .await?;
        let names = "const names = [];
            for await (const name of chosen.keys()) names.push(name);
            return names.sort();";
        let names = page.script(names).await?;
        let right = json!(["merged-model-lambda--1", "merged-model-lambda-0.5"]);
        ensure!(names == right, "{names}");
        Ok(())
    })
    .await
}

/// Chromium's own opinion.
#[tokio::test]
async fn the_page_can_be_installed() -> Result<()> {
    case("installable", async |stage| {
        let page = &stage.page;
        page.foot_says("Works offline").await?;
        let ask = async |command: &str| browser::devtools(&page.client, command, json!({})).await;
        let manifest = ask("Page.getAppManifest").await?;
        let url = manifest["url"].as_str().unwrap_or_default();
        ensure!(url.ends_with("/manifest.webmanifest"), "{manifest}");
        ensure!(manifest["errors"] == json!([]), "{manifest}");
        let errors = ask("Page.getInstallabilityErrors").await?;
        ensure!(errors["installabilityErrors"] == json!([]), "{errors}");
        Ok(())
    })
    .await
}

/// Cumulative Layout Shift, from the empty window to the result: what moves without the person
/// having done something in the half second before.
#[tokio::test]
async fn nothing_jumps() -> Result<()> {
    // What moves within half a second of a press does not count, either.
    case_alone("jumps", async |stage| {
        let page = &stage.page;
        let shifts = async |when: &str| {
            let found = page.script(SHIFTS).await?;
            stage.keep_picture(when).await?;
            ensure!(found == json!([]), "{when}: {found:#}");
            Ok(())
        };
        // What is out of sight does not count.
        page.client.set_window_size(1280, 3200).await?;
        page.client.refresh().await?;
        page.loaded().await?;
        page.foot_says("Works offline").await?;
        shifts("loaded").await?;
        page.try_samples().await?;
        shifts("planned").await?;
        page.merge().await?;
        shifts("merged").await
    })
    .await
}

const SHIFTS: &str = "
    const found = [];
    const note = (list) => {
        for (const { value, hadRecentInput, sources } of list.getEntries()) {
            const moved = sources.map(({ node, previousRect, currentRect }) =>
                `${node?.className || node?.nodeName}: ${previousRect.y} to ${currentRect.y}`);
            if (!hadRecentInput) found.push({ value, moved });
        }
    };
    new PerformanceObserver(note).observe({ type: 'layout-shift', buffered: true });
    await new Promise((then) => setTimeout(then, 300));
    return found;";

#[tokio::test]
async fn leaving_mid_merge_asks_first() -> Result<()> {
    case_with("leaving-asks", Habit::AsksBeforeLeaving, async |stage| {
        let page = &stage.page;
        start_long_merge(stage).await?;
        let reload = "setTimeout(() => location.reload(), 0)";
        page.client.execute(reload, vec![]).await?;
        let stay = async || Ok(page.client.dismiss_alert().await.is_ok());
        page.wait("a question", Duration::from_secs(10), stay)
            .await?;
        // The merge goes on; once it is over, nothing holds a person back.
        page.under_way().await?;
        page.cancel().await?;
        page.client.refresh().await?;
        page.loaded().await
    })
    .await?;
    Ok(())
}

/// A folder, with an older copy of the model further down that is no part of it.
#[tokio::test]
async fn a_model_given_as_a_folder() -> Result<()> {
    case("a-folder", async |stage| {
        let shape = Llama::small(Dtype::F16);
        let (b, c) = (shape.tensors(1), shape.tensors(2));
        let folder = stage.folder_of("base");
        let mut base = Model::indexed(&folder, &[&b[..4], &b[4..]])?;
        base.add(&folder, "config.json", b"{}")?;
        Model::one_file(&folder.join("original"), &shape.tensors(9))?;
        let models = Models {
            base,
            target: None,
            chats: vec![Model::one_file(&stage.folder_of("chat-1"), &c)?],
        };
        let recipe = Recipe::new(&[1.0]);
        let page = &stage.page;
        page.give_folder("Base", &folder).await?;
        page.give("Chat model 1", &models.chats[0].files).await?;
        page.ready().await?;
        let card = page.text("Base").await?;
        ensure!(card.contains("in folders further down"), "{card}");
        stage.merge_and_compare(&models, &recipe).await
    })
    .await
}
