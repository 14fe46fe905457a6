//! What the private disk refuses midway, and workers of its own that fail.

use std::time::Duration;

use anyhow::{Result, ensure};
use e2e::stage::{Stage, case};
use e2e::vast;
use serde_json::{Value, json};

const LONG: Duration = Duration::from_secs(60);

/// Starts a long merge in the faulty page, makes the fault, waits until the problems say all of the
/// words, and sees that nothing is left but a page that works.
async fn is_told(stage: &Stage, fault: Value, words: &[&str]) -> Result<()> {
    let page = &stage.page;
    stage.open_faulty().await?;
    vast::start_long_merge(stage).await?;
    page.fault(fault).await?;
    let told = async || {
        let problems = page.problems().await?;
        Ok(words.iter().all(|word| problems.contains(word)))
    };
    page.wait(&format!("{words:?}"), LONG, told).await?;
    let links = page.save_links().await?;
    ensure!(links.is_empty(), "{links:?} can be saved");
    let empty = async || Ok(page.private_disk().await?.is_empty());
    page.wait("an empty private disk", LONG, empty).await?;

    // Without the fault.
    page.client.refresh().await?;
    page.loaded().await?;
    stage.merge_small_models().await
}

#[tokio::test]
async fn a_write_is_refused_midway() -> Result<()> {
    case("disk-refused", async |stage| {
        let fault = json!({ "what": "fail to write", "after": 40, "error": "InvalidStateError" });
        let words = [
            "`model.safetensors` could not be written (InvalidStateError: The operation is not \
             allowed.)",
            "Nothing was kept.",
        ];
        is_told(stage, fault, &words).await
    })
    .await
}

/// As browsers say it; that they do is seen in `shards.rs`.
#[tokio::test]
async fn the_disk_is_full_midway() -> Result<()> {
    case("disk-full", async |stage| {
        let fault = json!({ "what": "fail to write", "after": 40, "error": "QuotaExceededError" });
        let words = [
            "There is no room left for `model.safetensors`.",
            "nothing was kept",
        ];
        is_told(stage, fault, &words).await
    })
    .await
}

#[tokio::test]
async fn the_program_that_writes_fails() -> Result<()> {
    case("disk-writer", async |stage| {
        let fault = json!({ "what": "throw", "in": "writer", "message": "boom" });
        let words = [
            "`model.safetensors` could not be written",
            "boom",
            "Nothing was kept.",
        ];
        is_told(stage, fault, &words).await
    })
    .await
}
