//! What axe-core says of the page in each of its states, in light and dark, wide and narrow.

use std::time::Duration;

use anyhow::{Result, ensure};
use e2e::axe;
use e2e::browser::{Habit, Handed};
use e2e::stage::{Stage, case_with};

const SAVE_EACH: &str = "Save each shard before the next is written";

#[tokio::test]
async fn axe_finds_nothing_on_a_wide_light_page() -> Result<()> {
    case_with("axe-wide-light", Habit::Plain, in_each_state).await?;
    Ok(())
}

#[tokio::test]
async fn axe_finds_nothing_on_a_narrow_light_page() -> Result<()> {
    case_with("axe-narrow-light", Habit::Plain, async |stage| {
        stage.open_narrow().await?;
        in_each_state(stage).await
    })
    .await?;
    Ok(())
}

#[tokio::test]
async fn axe_finds_nothing_on_dark_pages() -> Result<()> {
    let habit = Handed::read()?.engine.dark();
    case_with("axe-dark", habit, async |stage| {
        let script = "return matchMedia('(prefers-color-scheme: dark)').matches";
        let dark = stage.page.client.execute(script, vec![]).await?;
        ensure!(dark == (habit == Habit::LikesTheDark), "dark: {dark}");
        in_each_state(stage).await?;
        stage.open_narrow().await?;
        in_each_state(stage).await
    })
    .await?;
    Ok(())
}

/// From the empty page to the last dialog.
async fn in_each_state(stage: &Stage) -> Result<()> {
    let page = &stage.page;
    let look = async |state: &str| {
        axe::finds_nothing(&page.client, state).await?;
        stage.keep_picture(state).await
    };
    look("empty").await?;
    page.try_samples().await?;
    page.press("Add rule").await?;
    page.enter("Chat model 1 weight", "much").await?;
    page.refuses(&["Chat model 1 weight"]).await?;
    look("problems").await?;
    page.enter("Chat model 1 weight", "1").await?;
    page.press("Remove rule 1").await?;
    page.choose("Shards", "at most N GB a shard").await?;
    page.enter("Shard size in GB", "0.0002").await?;
    page.tick(SAVE_EACH).await?;
    page.ready().await?;
    page.press("Tensors, one by one (21)").await?;
    look("ready").await?;
    page.press("Merge").await?;
    let waits = async || Ok(page.save_links().await?.len() == 1);
    page.wait("the first shard", Duration::from_secs(30), waits)
        .await?;
    look("waits").await?;
    page.cancel().await?;
    page.tick(SAVE_EACH).await?;
    page.merge().await?;
    look("done").await?;
    if stage.engine.has_private_disk() {
        page.press("Delete the merged files from the browser")
            .await?;
        look("dialog").await?;
        page.press("Delete").await?;
    }
    Ok(())
}
