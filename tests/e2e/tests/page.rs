//! The page itself: accessible names, narrow screens, and what it may ask the network for.

use std::time::Duration;

use anyhow::{Result, ensure};
use e2e::browser::{Engine, Handed};
use e2e::models::{Llama, Model, of_values};
use e2e::oracle::Models;
use e2e::recipe::{Recipe, Rule};
use e2e::site;
use e2e::stage::{Stage, case};
use safetensors::Dtype;

/// Models whose merge has a long name and elements that are infinite.
fn models(stage: &Stage) -> Result<Models> {
    let model = |role, seed: u64| {
        let mut tensors = Llama::small(Dtype::F16).tensors(seed);
        let name = "model.a_name_that_is_longer_than_a_telephone_is_wide.weight";
        let values = [2e4, 1.0].map(|x| x * seed as f64);
        tensors.push(of_values(name, Dtype::F16, &[2], values));
        Model::one_file(&stage.folder_of(role), &tensors)
    };
    Ok(Models {
        base: model("base", 1)?,
        target: Some(model("target", 2)?),
        chats: vec![model("chat-1", 3)?],
    })
}

#[tokio::test]
async fn controls_have_their_names() -> Result<()> {
    case("names", async |stage| {
        let page = &stage.page;
        stage.give(&models(stage)?).await?;
        page.press("Add chat model").await?;
        for (role, names) in [
            (
                "button",
                &[
                    "Base files",
                    "Target files",
                    "Chat model 1 files",
                    "Chat model 2 files",
                    "Add chat model",
                    "Merge",
                ][..],
            ),
            ("textbox", &["Chat model 1 weight", "Chat model 2 weight"]),
            (
                "combobox",
                &[
                    "Output dtype",
                    "Embedding rows",
                    "Tensor rules preset",
                    "Save to",
                    "Shards",
                ],
            ),
            ("region", &["Problems"]),
        ] {
            for name in names {
                let is = page.role_of(name).await?;
                // WebKit has names of its own for some.
                let right = match (stage.engine, role) {
                    (Engine::Webkit, "combobox") => "button",
                    _ => role,
                };
                ensure!(is == right, "`{name}` is a {is}, not a {right}");
            }
        }
        let live = page.named("Problems").await?.attr("aria-live").await?;
        ensure!(live.as_deref() == Some("polite"), "Problems: {live:?}");

        page.press("Remove chat model 2 from the merge").await?;
        for name in page.merge().await? {
            let link = format!("Save {name}");
            ensure!(page.role_of(&link).await? == "link", "{link}");
        }
        // `Merge progress` and `Cancel` are there only while a merge runs: see large.rs.
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_narrow_screen_needs_no_sideways_scrolling() -> Result<()> {
    case("narrow", async |stage| {
        let page = &stage.page;
        stage.open_narrow().await?;
        let fits = async |when: &str| {
            let script = "const page = document.documentElement;
                return [innerWidth, page.clientWidth, page.scrollWidth];";
            let sizes = page.client.execute(script, vec![]).await?;
            let [screen, room, needed]: [u64; 3] = serde_json::from_value(sizes)?;
            ensure!(screen == 360 && needed <= room, "{when}: {needed} wide");
            Ok(())
        };
        fits("empty").await?;
        let recipe = Recipe {
            rules: vec![Rule {
                pattern: "model.layers.*.mlp.{up,gate,down}_proj.weight",
                weights: vec![0.5],
                matches: vec![],
            }],
            ..Recipe::new(&[1.5])
        };
        stage.prepare(&models(stage)?, &recipe).await?;
        page.choose("Shards", "at most N GB a shard").await?;
        page.ready().await?;
        fits("planned").await?;
        page.press("Tensors, one by one (14)").await?;
        fits("tensors").await?;
        page.merge().await?;
        let told = page.nonfinite().await?;
        ensure!(told.contains("a_name_that"), "{told}");
        fits("merged").await?;
        page.enter("Chat model 1 weight", "").await?;
        page.refuses(&["Chat model 1 weight"]).await?;
        fits("refused").await
    })
    .await
}

/// What the page and its workers ask for, they ask for before or as soon as it is ready; sample
/// models when they are wanted. All of it is the site's own. (All that the browser sends is looked at
/// in `chromium.rs`.)
#[tokio::test]
async fn nothing_is_loaded_later() -> Result<()> {
    case("network", async |stage| {
        // What nobody needs sooner comes last.
        let last = async || {
            Ok(resources(stage)
                .await?
                .iter()
                .any(|url| url.contains("/later/")))
        };
        stage
            .page
            .wait("the last file", Duration::from_secs(15), last)
            .await?;
        // Then the service worker asks for what it keeps.
        stage.page.foot_says("Works offline").await?;
        let loaded = resources(stage).await?;
        let models = models(stage)?;
        let recipe = Recipe::new(&[1.0]);
        stage.prepare(&models, &recipe).await?;
        stage.merge_and_compare(&models, &recipe).await?;
        stage.page.press("SHA-256 of model.safetensors").await?;
        stage
            .page
            .named("Copy the SHA-256 of model.safetensors")
            .await?;
        stage.page.press("Verify").await?;
        stage.page.ready().await?;
        let more = resources(stage).await?;
        ensure!(more == loaded, "after the page was loaded: {more:?}");

        for card in ["Base", "Target", "Chat model 1"] {
            let files = format!("Remove the files of {}", card.to_lowercase());
            stage.page.press(&files).await?;
        }
        stage.page.try_samples().await?;
        let more = resources(stage).await?;
        ensure!(more.len() > loaded.len(), "no samples were loaded");
        let home = Handed::read()?.page;
        let files = site::files(&stage.site)?;
        let strange: Vec<_> = more
            .iter()
            .filter(|url| !site::is_own(url, &home, &files))
            .collect();
        ensure!(strange.is_empty(), "not of {home}: {strange:?}");
        Ok(())
    })
    .await
}

/// Even a program that got into the page could talk to nobody, and no text becomes markup.
#[tokio::test]
async fn the_page_may_talk_to_nobody() -> Result<()> {
    case("policy", async |stage| {
        // For `makeCode`; its policy is the same.
        stage.open_faulty().await?;
        let script = r#"
            const told = [];
            addEventListener("securitypolicyviolation", (event) => told.push(event.effectiveDirective));
            const elsewhere = "http://127.0.0.1:59999/";
            const image = new Image();
            const style = document.createElement("style");
            const frame = document.createElement("iframe");
            const form = document.createElement("form");
            form.action = elsewhere;
            frame.src = elsewhere;
            style.textContent = "body { color: red }";
            const failed = (what, act) => {
                try {
                    act();
                    told.push(`${what} went through`);
                } catch (error) {
                    told.push(`${what}: ${error.name}`);
                }
            };
            failed("markup", () => document.body.insertAdjacentHTML("beforeend", "<b>x</b>"));
            failed("worker", () => new Worker(elsewhere));
            // Later: DevTools lets its own scripts do it, and all that they call.
            setTimeout(() => failed("code", makeCode));
            image.src = elsewhere;
            document.body.append(style, frame, form);
            await fetch(elsewhere).catch(() => {});
            for (const send of [
                () => form.submit(),
                () => navigator.sendBeacon(elsewhere, "weights"),
                () => (new WebSocket("ws://127.0.0.1:59999/").onerror = () => {}),
            ]) {
                try {
                    send();
                } catch {
                    // Firefox refuses it at once, too.
                }
            }
            await new Promise((then) => setTimeout(then, 500));
            // WebKit blocks it without a word.
            if (!frame.contentWindow) told.push("frame-src");
            return [...new Set(told)].sort();
        "#;
        let told: Vec<String> = serde_json::from_value(stage.page.script(script).await?)?;
        for expected in [
            "code: EvalError",
            "connect-src",
            "form-action",
            "frame-src",
            "img-src",
            "markup: TypeError",
            "style-src-elem",
            "worker: TypeError",
        ] {
            ensure!(told.iter().any(|told| told == expected), "no {expected}: {told:?}");
        }
        Ok(())
    })
    .await
}

/// What the page's own record says that it has loaded.
async fn resources(stage: &Stage) -> Result<Vec<String>> {
    let script = "return performance.getEntriesByType('resource').map(({ name }) => name)";
    let names = stage.page.client.execute(script, vec![]).await?;
    Ok(serde_json::from_value(names)?)
}
