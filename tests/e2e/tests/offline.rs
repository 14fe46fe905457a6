//! The page without a network, and when there is a newer version of it.

use std::time::Duration;

use anyhow::{Result, ensure};
use e2e::browser::Engine;
use e2e::recipe::Recipe;
use e2e::site::{self, Host};
use e2e::stage::{Stage, case};

const MOMENT: Duration = Duration::from_secs(15);

#[tokio::test]
async fn the_page_works_without_a_network() -> Result<()> {
    case("offline", async |stage| {
        let page = &stage.page;
        let host = Host::start(&stage.site, 0)?;
        let url = host.url.clone();
        page.client.goto(&url).await?;
        page.foot_says("Works offline").await?;
        drop(host);
        page.client.goto(&url).await?;
        page.loaded().await?;
        page.try_samples().await?;
        stage
            .merge_and_compare(&stage.samples()?, &Recipe::new(&[1.0]))
            .await
    })
    .await
}

/// A page has the workers and parts of its own version, whatever the host has by then.
#[tokio::test]
async fn a_newer_version_is_told_and_never_mixed_with_the_old_one() -> Result<()> {
    case("newer-version", async |stage| {
        let page = &stage.page;
        let newer_site = stage.folder.join("newer");
        site::copy(&stage.site, &newer_site)?;
        let (old, new) = site::update(&newer_site)?;

        let host = Host::start(&stage.site, 0)?;
        let (url, port) = (host.url.clone(), host.port()?);
        page.client.goto(&url).await?;
        page.foot_says("Works offline").await?;
        ensure!(
            program(stage).await?.ends_with(&old),
            "{old} is not the program"
        );
        drop(host);

        let host = Host::start(&newer_site, port)?;
        let update = "await (await navigator.serviceWorker.ready).update();";
        page.script(update).await?;
        page.foot_says("A new version is there").await?;
        ensure!(kept(stage).await? == 2, "the old version is not kept");
        page.try_samples().await?;
        page.merge().await?;

        // Loaded again it is the new one; offline, what is kept as the one in use.
        page.client.goto("about:blank").await?;
        page.client.goto(&url).await?;
        page.loaded().await?;
        ensure!(
            program(stage).await?.ends_with(&new),
            "{new} is not the program"
        );
        page.foot_says("Works offline").await?;

        // WebKit keeps pages that were left, to go back to, and with them their version.
        if stage.engine == Engine::Webkit {
            return Ok(());
        }
        // Once no page of the old version is left, neither are its files.
        let one = async || {
            page.client.goto("about:blank").await?;
            tokio::time::sleep(Duration::from_millis(500)).await;
            page.client.goto(&url).await?;
            page.loaded().await?;
            Ok(kept(stage).await? == 1)
        };
        page.wait("the end of the old version", MOMENT, one).await?;
        drop(host);
        page.client.goto(&url).await?;
        page.loaded().await?;
        ensure!(
            program(stage).await?.ends_with(&new),
            "offline, {new} is not the program"
        );
        stage.page.try_samples().await
    })
    .await
}

/// A half of a version is not kept.
#[tokio::test]
async fn a_site_that_is_not_whole_is_not_kept() -> Result<()> {
    case("half-a-site", async |stage| {
        let page = &stage.page;
        let broken = stage.folder.join("broken");
        site::copy(&stage.site, &broken)?;
        std::fs::write(broken.join("samples/base/config.json"), "{}")?;
        let host = Host::start(&broken, 0)?;
        page.client.goto(&host.url).await?;
        page.loaded().await?;
        let refused = "
            const registration = await navigator.serviceWorker.register('./sw.js');
            const worker = registration.installing;
            while (worker?.state === 'installing') {
                await new Promise((then) => setTimeout(then, 20));
            }
            return worker?.state ?? 'no worker';";
        let what = page.script(refused).await?;
        ensure!(what == "redundant", "{what}");
        let none = async || Ok(kept(stage).await? == 0);
        page.wait("the end of what was kept", MOMENT, none).await?;
        page.try_samples().await
    })
    .await
}

/// The URL of the page's own program.
async fn program(stage: &Stage) -> Result<String> {
    let script = "return document.querySelector('script[type=module]').src";
    let url = stage.page.client.execute(script, vec![]).await?;
    Ok(url.as_str().unwrap_or_default().to_owned())
}

/// How many versions the browser keeps.
async fn kept(stage: &Stage) -> Result<u64> {
    let count = stage
        .page
        .script("return (await caches.keys()).length")
        .await?;
    Ok(count.as_u64().unwrap_or_default())
}
