//! The page to learn with: its plane by keyboard and by pointer, links to its states, its looks, and
//! what it loads and keeps.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use e2e::axe;
use e2e::browser::{Habit, Handed};
use e2e::page::Page;
use e2e::site::{self, Host};
use e2e::stage::{Stage, case, case_with};
use fantoccini::Locator;
use fantoccini::key::Key;

const MOMENT: Duration = Duration::from_secs(15);
const LINK: &str = "Learn how it works";
const BACK: &str = "Merge your own models";

/// Goes from the main page to the plane.
async fn open(page: &Page) -> Result<()> {
    follow(page, LINK).await?;
    plane_is_there(page).await
}

/// Follows a link to another page: WebKit's driver can't wait for what was drawn on the one before.
async fn follow(page: &Page, link: &str) -> Result<()> {
    Ok(page.named(link).await?.click().await?)
}

async fn plane_is_there(page: &Page) -> Result<()> {
    page.named("Start over").await?;
    Ok(())
}

/// Opens a state by its link, from elsewhere.
async fn open_at(page: &Page, url: &str, state: &str) -> Result<()> {
    page.client.goto("about:blank").await?;
    page.client.goto(&format!("{url}learn.html{state}")).await?;
    plane_is_there(page).await
}

/// What stands beside one of the page's numbers.
async fn number(page: &Page, what: &str) -> Result<String> {
    let xpath = format!("//dt[.='{what}']/following-sibling::dd");
    let found = page.client.find(Locator::XPath(&xpath)).await?;
    page.text_of(&found).await
}

/// The last line of the merge.
async fn merged(page: &Page) -> Result<String> {
    let last = page.client.find(Locator::Css(".plane-sum li:last-child"));
    page.text_of(&last.await?).await
}

/// What the last change was told as.
async fn told(page: &Page) -> Result<String> {
    let told = page.client.find(Locator::Css(".plane-told")).await?;
    page.text_of(&told).await
}

/// What a field holds.
async fn value(page: &Page, field: &str) -> Result<String> {
    let value = page.named(field).await?.prop("value").await?;
    value.with_context(|| format!("{field} holds nothing"))
}

fn is(what: &str, told: &str, right: &str) -> Result<()> {
    ensure!(told == right, "{what}: `{told}`, right is `{right}`");
    Ok(())
}

#[tokio::test]
async fn a_point_moves_by_keyboard() -> Result<()> {
    case("learn-keyboard", async |stage| {
        let page = &stage.page;
        open(page).await?;
        is("merged", &merged(page).await?, "= (2.0, 2.5)")?;
        page.tab_to("Chat model").await?;
        let [up, right] = [Key::Up, Key::Right].map(|key| char::from(key).to_string());
        page.type_keys(&format!("{right}{right}{up}")).await?;
        is(
            "told",
            &told(page).await?,
            "Chat model at (1.2, −0.9). Vector τ = (4.2, 1.1), length 4.34.",
        )?;
        is("τ", &number(page, "τ = C − B").await?, "(4.2, 1.1)")?;
        is("length", &number(page, "Length of τ").await?, "4.34")?;
        is("field", &value(page, "Chat model x").await?, "1.2")?;
        is("merged", &merged(page).await?, "= (2.2, 2.6)")?;
        // With Shift by whole ones, and no further than the edge.
        let shift = char::from(Key::Shift);
        page.type_holding(shift, &right.repeat(6)).await?;
        is("edge", &value(page, "Chat model x").await?, "6.0")?;
        is("merged", &merged(page).await?, "= (7.0, 2.6)")
    })
    .await
}

#[tokio::test]
async fn a_point_moves_with_the_pointer() -> Result<()> {
    case("learn-pointer", async |stage| {
        let page = &stage.page;
        open(page).await?;
        let picture = page.named("Weight space with two dimensions").await?;
        let (_, _, width, _) = picture.rectangle().await?;
        // The picture shows 6.8 to either side.
        let half = (width / 13.6 / 2.0).round();
        let target = page.named("Target").await?;
        page.drag_by(&target, 4.0 * half, 2.0 * half).await?;
        let at = async |field: &str| anyhow::Ok(value(page, field).await?.parse::<f64>()?);
        let (x, y) = (at("Target x").await?, at("Target y").await?);
        ensure!(
            (x - 0.0).abs() < 0.15 && (y - 0.5).abs() < 0.15,
            "at {x}, {y}"
        );
        let told = told(page).await?;
        ensure!(told.starts_with("Target at ("), "{told}");
        // τ is as before, and the merged model goes along.
        is("τ", &number(page, "τ = C − B").await?, "(4.0, 1.0)")?;
        let right = format!("= ({:.1}, {:.1})", x + 4.0, y + 1.0);
        is("merged", &merged(page).await?, &right)?;
        // Nothing moves once it is let go.
        let chat = page.named("Chat model").await?;
        page.drag_by(&chat, 0.0, -2.0 * half).await?;
        is(
            "target",
            &value(page, "Target x").await?,
            &format!("{x:.1}"),
        )?;
        let y = at("Chat model y").await?;
        ensure!((y - 0.0).abs() < 0.15, "chat at {y}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn numbers_do_all_that_the_picture_does() -> Result<()> {
    case("learn-numbers", async |stage| {
        let page = &stage.page;
        open(page).await?;
        for (field, number) in [
            ("Base x", "0"),
            ("Base y", "0"),
            ("Chat model x", "2"),
            ("Chat model y", "0"),
            ("Target x", "0"),
            ("Target y", "3"),
            ("λ as a number", "0.35"),
        ] {
            page.enter(field, number).await?;
        }
        is(
            "cosine",
            &number(page, "Cosine of τ and T − B").await?,
            "0.00",
        )?;
        is("merged", &merged(page).await?, "= (0.7, 3.0)")?;
        is("slider", &value(page, "λ").await?, "0.35")?;
        // Not a number of the plane: nothing changes, and the field says so.
        page.enter("Chat model x", "9").await?;
        let wrong = page
            .named("Chat model x")
            .await?
            .attr("aria-invalid")
            .await?;
        ensure!(wrong.as_deref() == Some("true"), "{wrong:?}");
        is("merged", &merged(page).await?, "= (0.7, 3.0)")?;

        page.tick("With a second chat model").await?;
        for (field, number) in [
            ("Second chat model x", "-1"),
            ("Second chat model y", "0"),
            ("λ₂ as a number", "-2"),
        ] {
            page.enter(field, number).await?;
        }
        is(
            "cosine",
            &number(page, "Cosine of τ and τ₂").await?,
            "−1.00",
        )?;
        is("merged", &merged(page).await?, "= (2.7, 3.0)")?;
        is(
            "told",
            &told(page).await?,
            "λ₂ = −2.00. Merged model at (2.7, 3.0).",
        )?;
        page.enter("Second chat model x", "0").await?;
        let none = "none: a vector of length 0 has no direction";
        is("cosine", &number(page, "Cosine of τ and τ₂").await?, none)?;
        page.press("Start over").await?;
        is("merged", &merged(page).await?, "= (2.0, 2.5)")
    })
    .await
}

/// Each button sets up what its text says.
#[tokio::test]
async fn there_are_things_to_try() -> Result<()> {
    case("learn-tries", async |stage| {
        let page = &stage.page;
        open(page).await?;
        let [apart, both] = ["Cosine of τ and T − B", "Cosine of τ and τ₂"];
        for (name, sum, cosine) in [
            ("Add nothing", "= (−2.0, 1.5)", None),
            ("Target = base", "= (1.0, −1.0)", None),
            ("Right angle", "= (1.0, 1.5)", Some((apart, "0.00"))),
            ("Opposite vectors", "= (−1.0, 1.5)", Some((both, "−1.00"))),
            ("Forget", "= (−4.0, 1.0)", None),
            ("Too far", "= (6.0, 3.5)", None),
        ] {
            page.press(name).await?;
            is(name, &merged(page).await?, sum)?;
            if let Some((what, right)) = cosine {
                is(name, &number(page, what).await?, right)?;
            }
            let text = page.client.find(Locator::Css(".tried")).await?;
            let text = page.text_of(&text).await?;
            ensure!(
                text.starts_with("Look:") && text.contains("In a real model:"),
                "{name}: {text}"
            );
            let current = page.named(name).await?.attr("aria-current").await?;
            ensure!(current.as_deref() == Some("true"), "{name}: {current:?}");
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_link_opens_the_state_that_it_was_copied_in() -> Result<()> {
    case("learn-link", async |stage| {
        let page = &stage.page;
        let home = Handed::read()?.page;
        open(page).await?;
        page.press("Forget").await?;
        page.enter("Chat model x", "2.5").await?;
        page.enter("λ as a number", "-0.2").await?;
        let right = merged(page).await?;
        ensure!(right == "= (−3.1, 1.3)", "{right}");
        // What the driver lets nobody read.
        page.script(
            "Object.defineProperty(navigator, 'clipboard', {
                 value: { writeText: async (text) => { window.copied = text } },
             });",
        )
        .await?;
        page.press("Copy link to this state").await?;
        let link = page.script("return window.copied").await?;
        let link = link.as_str().unwrap_or_default().to_owned();
        let state = link.strip_prefix(&format!("{home}learn.html"));
        let state = state.with_context(|| format!("a link to elsewhere: {link}"))?;
        ensure!(state.starts_with("#plane."), "{link}");
        let address = page.client.current_url().await?;
        ensure!(address.as_str() == link, "{address} is not {link}");

        open_at(page, &home, state).await?;
        is("opened", &merged(page).await?, &right)?;
        is("λ", &value(page, "λ as a number").await?, "-0.20")?;
        let text = page.client.find(Locator::Css(".tried")).await?;
        let text = page.text_of(&text).await?;
        ensure!(text.contains("λ is below 0"), "{text}");

        // On the page itself: another state, a place on the page, and what is no state.
        let go = async |hash: &str| {
            let script = format!("location.hash = '{hash}'");
            page.client.execute(&script, vec![]).await?;
            page.script("await new Promise((then) => setTimeout(then, 100))")
                .await
        };
        go("plane.lambda=0").await?;
        is("λ = 0", &merged(page).await?, "= (−2.0, 1.5)")?;
        page.enter("λ as a number", "1").await?;
        go("step-1").await?;
        is("a place", &merged(page).await?, "= (2.0, 2.5)")?;
        go("plane.lambda=3&plane.chat=nowhere&plane.target=0,0").await?;
        is("broken", &merged(page).await?, "= (4.0, 1.0)")
    })
    .await
}

#[tokio::test]
async fn axe_finds_nothing_in_the_light() -> Result<()> {
    case_with("learn-light", Habit::Plain, in_each_state).await?;
    Ok(())
}

#[tokio::test]
async fn axe_finds_nothing_in_the_dark() -> Result<()> {
    let habit = Handed::read()?.engine.dark();
    case_with("learn-dark", habit, in_each_state).await?;
    Ok(())
}

/// Wide and narrow.
async fn in_each_state(stage: &Stage) -> Result<()> {
    let page = &stage.page;
    for narrow in [false, true] {
        let width = if narrow { "narrow" } else { "wide" };
        if narrow {
            stage.open_narrow().await?;
        }
        open(page).await?;
        let look = async |state: &str| {
            if narrow {
                fits(page, state).await?;
            }
            axe::finds_nothing(&page.client, &format!("{width}, {state}")).await?;
            stage.keep_picture(&format!("{width}-{state}")).await
        };
        look("plain").await?;
        page.press("Opposite vectors").await?;
        page.enter("λ₂ as a number", "-2").await?;
        page.enter("Chat model x", "60").await?;
        look("full").await?;
    }
    Ok(())
}

async fn fits(page: &Page, when: &str) -> Result<()> {
    let script = "const page = document.documentElement;
        return [innerWidth, page.clientWidth, page.scrollWidth];";
    let sizes = page.client.execute(script, vec![]).await?;
    let [screen, room, needed]: [u64; 3] = serde_json::from_value(sizes)?;
    ensure!(screen == 360 && needed <= room, "{when}: {needed} wide");
    Ok(())
}

/// All of the page changes its language at once, on both pages.
#[tokio::test]
async fn the_page_speaks_as_chosen() -> Result<()> {
    case("learn-languages", async |stage| {
        let page = &stage.page;
        stage.open_narrow().await?;
        open(page).await?;
        for (field, name, start_over, link) in [
            ("Language", "日本語", "最初からやり直す", "仕組みを学ぶ"),
            ("言語", "한국어", "처음부터 다시", "원리 배우기"),
            ("언어", "繁體中文", "重新開始", "了解原理"),
            ("語言", "English", "Start over", LINK),
        ] {
            page.choose(field, name).await?;
            page.named(start_over).await?;
            fits(page, name).await?;
            axe::finds_nothing(&page.client, name).await?;
            stage.keep_picture(name).await?;
            let back = page.client.find(Locator::Css(".back")).await?;
            back.click().await?;
            follow(page, link).await?;
            page.named(start_over).await?;
        }
        follow(page, BACK).await?;
        page.loaded().await
    })
    .await
}

/// Whoever never opens the page to learn with loads and keeps nothing of it.
#[tokio::test]
async fn the_main_page_alone_loads_nothing_of_it() -> Result<()> {
    case("learn-not-loaded", async |stage| {
        let page = &stage.page;
        let host = Host::start(&stage.site, 0)?;
        page.client.goto(&host.url).await?;
        page.foot_says("Works offline").await?;
        let loaded = "return performance.getEntriesByType('resource').map(({ name }) => name)";
        for (what, script) in [("loaded", loaded), ("kept", KEPT)] {
            let urls: Vec<String> = serde_json::from_value(page.script(script).await?)?;
            ensure!(urls.len() > 3, "{what}: {urls:?}");
            let own = |url: &&String| {
                let path = url.strip_prefix(&host.url);
                path.is_some_and(site::is_of_learn)
            };
            let strange: Vec<_> = urls.iter().filter(own).collect();
            ensure!(strange.is_empty(), "{what}: {strange:?}");
        }
        Ok(())
    })
    .await
}

/// Opened once, it works without a network, in every version from then on.
#[tokio::test]
async fn it_works_without_a_network() -> Result<()> {
    case("learn-offline", async |stage| {
        let page = &stage.page;
        let host = Host::start(&stage.site, 0)?;
        let (url, port) = (host.url.clone(), host.port()?);
        // Also where it is the first page that is opened.
        open_at(page, &url, "").await?;
        page.foot_says("Works offline").await?;
        let kept: Vec<String> = serde_json::from_value(page.script(KEPT).await?)?;
        for file in site::files(&stage.site)? {
            let file = match &*file {
                "sw.js" => continue,
                "index.html" => "",
                file => file,
            };
            let is_kept = kept.iter().any(|kept| *kept == format!("{url}{file}"));
            ensure!(is_kept, "{file} is not kept");
        }
        drop(host);
        works(page, &url).await?;

        let newer = stage.folder.join("newer");
        site::copy(&stage.site, &newer)?;
        site::update(&newer)?;
        let host = Host::start(&newer, port)?;
        let update = "await (await navigator.serviceWorker.ready).update();";
        page.script(update).await?;
        let both = async || {
            let kept: Vec<String> = serde_json::from_value(page.script(KEPT).await?)?;
            let pages = kept.iter().filter(|url| url.ends_with("/learn.html"));
            Ok(pages.count() == 2)
        };
        page.wait("the newer version's page", MOMENT, both).await?;
        drop(host);
        works(page, &url).await
    })
    .await
}

/// The URLs of all that the browser keeps of the site.
const KEPT: &str = "
    const urls = [];
    for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        urls.push(...(await cache.keys()).map(({ url }) => url));
    }
    return urls;";

async fn works(page: &Page, url: &str) -> Result<()> {
    open_at(page, url, "#plane.lambda=0.5").await?;
    is("λ", &value(page, "λ as a number").await?, "0.50")?;
    page.choose("Language", "日本語").await?;
    page.named("最初からやり直す").await?;
    page.choose("言語", "English").await?;
    follow(page, BACK).await?;
    page.loaded().await?;
    open(page).await?;
    page.foot_says("Works offline").await
}
