//! Part 3 of the page to learn with: the link that opens its recipe in the main page, its exercises,
//! the sheet on paper, and its looks.

use std::fs;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use e2e::axe;
use e2e::browser::{Engine, Habit, Handed};
use e2e::page::Page;
use e2e::site::{self, Host};
use e2e::stage::{Stage, case, case_with};
use e2e::tiny::{self, LAMBDA, LAMBDA_2, MEASURING};
use fantoccini::Locator;
use fantoccini::wd::{PrintConfigurationBuilder, PrintSize};

const MOMENT: Duration = Duration::from_secs(15);
const OPEN_RECIPE: &str = "Open this recipe in the page that merges";
const AGAIN: &str = "Forget what I have done";
/// The key of what the lesson keeps in the browser.
const KEPT: &str = "chat-vector exercises";

async fn open(page: &Page) -> Result<()> {
    page.named("Learn how it works").await?.click().await?;
    page.named(OPEN_RECIPE).await?;
    Ok(())
}

/// Waits until the recipe's status says this.
async fn recipe_says(page: &Page, words: &str) -> Result<()> {
    let says = async || {
        let status = page.client.find(Locator::Css(".recipe-status")).await?;
        Ok(page.text_of(&status).await?.contains(words))
    };
    page.wait(&format!("`{words}`"), MOMENT, says).await
}

async fn holds(page: &Page, field: &str, right: &str) -> Result<()> {
    let value = page.named(field).await?.prop("value").await?;
    let value = value.with_context(|| format!("{field} holds nothing"))?;
    ensure!(value == right, "{field}: `{value}`, right is `{right}`");
    Ok(())
}

/// What one element of this class says.
async fn text_of(page: &Page, css: &str) -> Result<String> {
    page.text_of(&page.client.find(Locator::Css(css)).await?)
        .await
}

#[tokio::test]
async fn the_recipe_opens_by_its_link() -> Result<()> {
    case("learn-recipe", async |stage| {
        let page = &stage.page;
        open(page).await?;
        page.press(OPEN_RECIPE).await?;
        page.loaded().await?;
        recipe_says(page, "marconroni.json is open, for 2 chat models.").await?;
        for (field, right) in [
            ("Base name", "mistralai/Mistral-7B-v0.1"),
            ("Chat model 1 name", "neural-chat"),
            ("Chat model 1 weight", "1"),
            ("Chat model 2 name", "marcoroni"),
            ("Chat model 2 weight", "1"),
            ("Output dtype", "F32"),
        ] {
            holds(page, field, right).await?;
        }
        // A person's own choices are not taken back by links to places on the page.
        page.enter("Chat model 1 weight", "0.5").await?;
        page.script("location.hash = 'merge'; await new Promise((then) => setTimeout(then, 200))")
            .await?;
        holds(page, "Chat model 1 weight", "0.5").await?;
        // On the page itself it opens again.
        page.script("location.hash = 'recipe=marconroni'").await?;
        let opened = async || {
            let weight = page.named("Chat model 1 weight").await?;
            Ok(weight.prop("value").await?.as_deref() == Some("1"))
        };
        page.wait("the recipe", MOMENT, opened).await
    })
    .await
}

/// A link names what the page has, or changes nothing and says why.
#[tokio::test]
async fn links_to_no_recipe_are_told() -> Result<()> {
    case("learn-no-recipe", async |stage| {
        let page = &stage.page;
        let site = stage.folder.join("site");
        site::copy(&stage.site, &site)?;
        fs::write(site.join("recipes/broken.json"), "{")?;
        fs::write(site.join("secret.json"), "{}")?;
        let host = Host::start(&site, 0)?;
        for (name, told) in [
            ("nothing", "The link names no recipe"),
            ("../secret", "The link names no recipe"),
            ("..%2Fsecret", "The link names no recipe"),
            ("//elsewhere.example/recipe", "The link names no recipe"),
            ("", "The link names no recipe"),
            ("broken", "broken.json: This is no recipe of chat-vector"),
        ] {
            page.client.goto("about:blank").await?;
            page.client
                .goto(&format!("{}#recipe={name}", host.url))
                .await?;
            page.loaded().await?;
            let said = recipe_says(page, told).await;
            said.with_context(|| format!("#recipe={name}"))?;
            holds(page, "Output dtype", "same as target").await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn exercises_open_the_miniature_and_keep_what_was_done() -> Result<()> {
    case("learn-exercises", async |stage| {
        let page = &stage.page;
        open(page).await?;
        let progress = async || text_of(page, ".exercises-progress p").await;
        ensure!(progress().await? == "0 of 7 done");
        let links = page
            .client
            .find_all(Locator::Css(".exercise-ways a"))
            .await?;
        ensure!(links.len() == 7, "{} exercises", links.len());
        for link in links {
            link.click().await?;
            let address = page.client.current_url().await?;
            let hash = address.fragment().unwrap_or_default();
            ensure!(hash.starts_with("tiny.lambda="), "{address}");
            ensure!(address.path().ends_with("/learn.html"), "{address}");
        }
        page.press("Hint: Both at once").await?;
        let hint = text_of(page, ".exercise details p").await?;
        ensure!(hint.starts_with("With λ = 0"), "{hint}");

        let keep = format!("localStorage.setItem('{KEPT}', 'both slip nonsense')");
        page.script(&keep).await?;
        page.client.refresh().await?;
        page.named(OPEN_RECIPE).await?;
        ensure!(progress().await? == "2 of 7 done");
        let done = page.client.find_all(Locator::Css(".exercise-done")).await?;
        ensure!(done.len() == 2, "{} are ticked", done.len());
        page.press(AGAIN).await?;
        ensure!(progress().await? == "0 of 7 done");
        let kept = format!("return localStorage.getItem('{KEPT}')");
        let kept = page.script(&kept).await?;
        ensure!(kept.is_null(), "{kept} is kept");
        Ok(())
    })
    .await
}

/// Each is met as a student would, with the real models.
#[tokio::test]
async fn exercises_are_done_in_the_miniature() -> Result<()> {
    case("learn-exercises-done", async |stage| {
        let page = &stage.page;
        open(page).await?;
        ensure!(text_of(page, ".exercises-progress p").await? == "0 of 7 done");
        tiny::load(page, MOMENT).await?;
        let done = async |exercise: &str| {
            let xpath =
                format!("//li[contains(@class, 'exercise-done')]//h4[contains(., '{exercise}')]");
            let there = async || {
                let found = page.client.find_all(Locator::XPath(&xpath)).await?;
                Ok(!found.is_empty())
            };
            page.wait(&format!("`{exercise}` done"), MEASURING, there)
                .await
        };
        page.press("Set up the miniature: Both at once").await?;
        page.enter(LAMBDA, "1").await?;
        done("Both at once").await?;
        page.press("Set up the miniature: Answers, and no refusals")
            .await?;
        page.enter(LAMBDA, "2").await?;
        page.enter(LAMBDA_2, "-2").await?;
        done("Answers, and no refusals").await?;
        // Others may have been met on the way.
        let told = text_of(page, ".exercises-progress p").await?;
        let marks = page.client.find_all(Locator::Css(".exercise-done")).await?;
        ensure!(told == format!("{} of 7 done", marks.len()), "{told}");
        Ok(())
    })
    .await
}

/// The sheet alone is printed, and afterwards the page is as it was.
#[tokio::test]
async fn the_sheet_is_printed() -> Result<()> {
    case("learn-sheet", async |stage| {
        let page = &stage.page;
        open(page).await?;
        // Nobody is there for the browser's dialog.
        page.script("window.print = () => { window.printed = document.documentElement.className }")
            .await?;
        let sheet_is_open = async || {
            let open = "return document.querySelector('.lesson-sheet details').open";
            anyhow::Ok(page.script(open).await? == true)
        };
        ensure!(!sheet_is_open().await?);
        for size in [PrintSize::A4, PrintSize::US_LETTER] {
            page.press("Print the sheet").await?;
            let printed = page.script("return window.printed").await?;
            ensure!(printed == "prints-sheet", "{printed}");
            ensure!(sheet_is_open().await?);
            // How many pages there are, the PDF of others does not say in the open.
            if stage.engine == Engine::Chromium {
                let how = PrintConfigurationBuilder::default().size(size).build();
                let how = how.ok().context("no such paper")?;
                let pdf = page.client.print(how).await?;
                fs::write(stage.folder.join(format!("{}.pdf", pages(&pdf))), &pdf)?;
                ensure!(pages(&pdf) == 4, "{} pages", pages(&pdf));
            }
            page.script("window.dispatchEvent(new Event('afterprint'))")
                .await?;
            let class = page
                .script("return document.documentElement.className")
                .await?;
            ensure!(class == "", "{class}");
            ensure!(!sheet_is_open().await?);
        }
        Ok(())
    })
    .await
}

fn pages(pdf: &[u8]) -> usize {
    let pdf = String::from_utf8_lossy(pdf);
    pdf.matches("/Type /Page\n").count()
}

#[tokio::test]
async fn axe_finds_nothing_in_the_light() -> Result<()> {
    case_with("learn-lesson-light", Habit::Plain, in_each_language).await?;
    Ok(())
}

#[tokio::test]
async fn axe_finds_nothing_in_the_dark() -> Result<()> {
    let habit = Handed::read()?.engine.dark();
    case_with("learn-lesson-dark", habit, in_each_language).await?;
    Ok(())
}

/// Narrow, with all that can be opened.
async fn in_each_language(stage: &Stage) -> Result<()> {
    let page = &stage.page;
    stage.open_narrow().await?;
    page.script(&format!("localStorage.setItem('{KEPT}', 'both')"))
        .await?;
    open(page).await?;
    page.script("for (const all of document.querySelectorAll('details')) all.open = true")
        .await?;
    for (field, name) in [
        ("Language", "日本語"),
        ("言語", "한국어"),
        ("언어", "繁體中文"),
        ("語言", "English"),
    ] {
        page.choose(field, name).await?;
        let sizes = "const page = document.documentElement;
            return [innerWidth, page.clientWidth, page.scrollWidth];";
        let sizes = page.client.execute(sizes, vec![]).await?;
        let [screen, room, needed]: [u64; 3] = serde_json::from_value(sizes)?;
        ensure!(
            screen == 360 && needed <= room,
            "{name}: {needed} wide in {room}"
        );
        axe::finds_nothing(&page.client, name).await?;
        stage.keep_picture(name).await?;
    }
    page.named(AGAIN).await?;
    Ok(())
}
