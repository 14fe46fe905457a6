//! The models that come with the page: a first visitor has a merged file in seconds, by mouse or by
//! keys alone.

use std::fs;
use std::time::Duration;

use anyhow::{Result, ensure};
use e2e::compare;
use e2e::oracle;
use e2e::page::SAMPLES;
use e2e::recipe::Recipe;
use e2e::site::{self, Host};
use e2e::stage::case;
use fantoccini::key::Key;

const MOMENT: Duration = Duration::from_secs(30);

#[tokio::test]
async fn a_first_visitor_merges_the_sample_models() -> Result<()> {
    case("samples", async |stage| {
        let page = &stage.page;
        page.try_samples().await?;
        for (card, name) in [
            ("Base", "sample-base"),
            ("Target", "sample-target"),
            ("Chat model 1", "sample-chat"),
        ] {
            let text = page.text(card).await?;
            ensure!(text.contains(name), "{card}: {text}");
        }
        stage
            .merge_and_compare(&stage.samples()?, &Recipe::new(&[1.0]))
            .await
    })
    .await
}

/// In a browser that does not keep the page: the site comes without its service worker.
#[tokio::test]
async fn without_a_network_the_sample_models_can_be_tried_later() -> Result<()> {
    case("samples-later", async |stage| {
        let page = &stage.page;
        let site = stage.folder.join("site");
        site::copy(&stage.site, &site)?;
        fs::remove_file(site.join("sw.js"))?;
        let host = Host::start(&site, 0)?;
        let port = host.port()?;
        page.client.goto(&host.url).await?;
        page.loaded().await?;
        let last = "return performance.getEntriesByType('resource')
            .some(({ name, responseEnd }) => name.includes('/later/') && responseEnd > 0);";
        let there = async || Ok(page.script(last).await? == true);
        page.wait("the last file", MOMENT, there).await?;
        drop(host);
        page.press(SAMPLES).await?;
        let told = async || {
            let told = "return document.querySelector('.samples').innerText;";
            let told = page.script(told).await?;
            let told = told.as_str().unwrap_or_default();
            Ok(told.contains("They could not be loaded. Look whether there is a network"))
        };
        page.wait("the reason", MOMENT, told).await?;
        let _host = Host::start(&site, port)?;
        page.try_samples().await
    })
    .await
}

#[tokio::test]
async fn the_keyboard_alone_suffices() -> Result<()> {
    case("keyboard", async |stage| {
        let page = &stage.page;
        let press = |key: Key| char::from(key).to_string();
        page.tab_to(SAMPLES).await?;
        page.type_keys(" ").await?;
        page.ready().await?;
        page.tab_to("Chat model 1 weight").await?;
        let select_all = format!("{}a{}", char::from(Key::Control), char::from(Key::Null));
        page.client
            .active_element()
            .await?
            .send_keys(&select_all)
            .await?;
        page.type_keys("0.5").await?;
        page.tab_to("Output dtype").await?;
        page.type_keys(&press(Key::Down)).await?;
        page.ready().await?;
        page.tab_to("Merge").await?;
        page.type_keys(&press(Key::Enter)).await?;
        let done = async || Ok(page.merge_status().await?.starts_with("Done."));
        page.wait("the merge", Duration::from_secs(30), done)
            .await?;
        page.tab_to("Save model.safetensors").await?;
        page.type_keys(&press(Key::Enter)).await?;
        page.saved(&["model.safetensors".to_owned()], MOMENT)
            .await?;

        let recipe = Recipe {
            output_dtype: "F32",
            ..Recipe::new(&[0.5])
        };
        let models = stage.samples()?;
        let expected = oracle::merge(&models, &recipe);
        compare::folder(stage.out(), &compare::one_file(&expected))?;
        stage.leave_for_python(&models, &recipe, &expected)
    })
    .await
}
