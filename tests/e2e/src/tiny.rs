//! The tiny models of the page to learn with, as whoever uses them meets them.

use std::time::Duration;

use anyhow::Result;
use fantoccini::Locator;

use crate::page::Page;

/// The button without which nothing of them is loaded.
pub const LOAD: &str = "Load the models (4 MB)";
/// What each is called where it answers.
pub const MODELS: [&str; 4] = ["Base", "Chat model", "Target", "Merged model"];
pub const LAMBDA: &str = "λ of the chat vector as a number";
pub const LAMBDA_2: &str = "λ₂ of the second vector as a number";
/// Until all models are measured, on a busy machine.
pub const MEASURING: Duration = Duration::from_secs(90);

/// Loads them, and waits for their first answers.
pub async fn load(page: &Page, limit: Duration) -> Result<()> {
    page.press(LOAD).await?;
    all_have_answered(page, limit).await
}

pub async fn all_have_answered(page: &Page, limit: Duration) -> Result<()> {
    let there = async || {
        let badges = Locator::Css(".tiny-card .tiny-badges");
        Ok(page.client.find_all(badges).await?.len() == MODELS.len())
    };
    page.wait("four answers", limit, there).await
}
