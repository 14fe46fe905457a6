//! What only Chromium's driver can do: tell all that the browser asks the network for, ask before a
//! page is left, and give a folder.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::{Result, ensure};
use e2e::browser::{self, Habit, Handed};
use e2e::models::{Llama, Model};
use e2e::oracle::Models;
use e2e::recipe::Recipe;
use e2e::stage::{case, case_with};
use e2e::vast::start_long_merge;
use safetensors::Dtype;
use url::Url;

/// Nothing leaves the computer: what the page and its worker ask for are the page's own files,
/// each once, and none after the page is loaded.
#[tokio::test]
async fn nothing_is_sent_anywhere() -> Result<()> {
    let folder = case_with("network-log", Habit::LogsNetwork, async |stage| {
        stage.merge_small_models().await
    })
    .await?;

    let home = Handed::read()?.page;
    let origin = Url::parse(&home)?.origin().ascii_serialization();
    let asked = browser::requested(&folder, &origin)?;
    let once: BTreeSet<_> = asked.iter().collect();
    let assets = format!("{home}assets/");
    let at_home = |url: &String| url.starts_with(&assets) || *url == format!("{home}favicon.svg");
    ensure!(asked.iter().all(at_home), "others than {home}: {asked:?}");
    ensure!(once.len() == asked.len(), "asked twice: {asked:?}");
    let has = |end: &str| asked.iter().any(|url| url.ends_with(end));
    ensure!(has(".wasm"), "the worker is not in the log: {asked:?}");
    Ok(())
}

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
