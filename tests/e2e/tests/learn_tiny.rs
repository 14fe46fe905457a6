//! The tiny models of the page to learn with: loaded when they are wanted, merged and asked as the
//! controls say, measured, saved, and told of in words where something is wrong.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use e2e::axe;
use e2e::browser::{Habit, Handed};
use e2e::page::Page;
use e2e::site::{self, Host};
use e2e::stage::{Stage, case, case_with};
use e2e::tiny::{self, LAMBDA, LAMBDA_2, LOAD, MEASURING, MODELS, all_have_answered};
use fantoccini::Locator;
use fantoccini::key::Key;
use serde::Deserialize;

const MOMENT: Duration = Duration::from_secs(20);
const RECORD: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../learn/tests/fixture/miniature.json"
);
const MODEL: &str = "model.safetensors";
const RECIPE: &str = "recipe.json";
/// What a merge of nothing is.
const TARGET: &str = "Target";
const MERGED: &str = "Merged model";

/// Opens a state of the page by its link, from elsewhere.
async fn open_at(page: &Page, url: &str, state: &str) -> Result<()> {
    page.client.goto("about:blank").await?;
    page.client.goto(&format!("{url}learn.html{state}")).await?;
    page.named("Start over").await?;
    Ok(())
}

/// The page with its models.
async fn open(page: &Page) -> Result<()> {
    open_at(page, &Handed::read()?.page, "").await?;
    tiny::load(page, MOMENT).await
}

/// What a model says, to its end.
async fn said(page: &Page, model: &str) -> Result<String> {
    let xpath = format!("//article[@aria-label='{model} says']//*[@class='tiny-said']");
    let found = page.client.find(Locator::XPath(&xpath)).await?;
    page.text_of(&found).await
}

/// All that a card says.
async fn card(page: &Page, model: &str) -> Result<String> {
    page.text(&format!("{model} says")).await
}

/// What the table says of a model; nothing while it is being measured.
async fn measures(page: &Page, model: &str) -> Result<Option<Vec<String>>> {
    let script = "const rows = document.querySelectorAll('.tiny-table:has(caption) tbody tr');
        const row = [...rows].find((row) => row.cells[0].innerText === arguments[0]);
        return [...row.cells].slice(1).map((cell) => cell.innerText);";
    let cells = page.client.execute(script, vec![model.into()]).await?;
    let cells: Vec<String> = serde_json::from_value(cells)?;
    Ok((cells.len() > 1).then_some(cells))
}

async fn measured(page: &Page, model: &str) -> Result<Vec<String>> {
    let there = async || Ok(measures(page, model).await?.is_some());
    page.wait(&format!("the measures of {model}"), MEASURING, there)
        .await?;
    measures(page, model).await?.context("measures that went")
}

/// The paths of what the page itself has fetched of the models and their program.
async fn loaded_of_tiny(page: &Page) -> Result<Vec<String>> {
    let script = "return performance.getEntriesByType('resource').map(({ name }) => name)
        .filter((name) => /miniature|chat_vector_learn|learn\\/worker/.test(name));";
    Ok(serde_json::from_value(page.script(script).await?)?)
}

#[tokio::test]
async fn nothing_of_the_models_is_loaded_before_they_are_wanted() -> Result<()> {
    case("tiny-not-loaded", async |stage| {
        let page = &stage.page;
        open_at(page, &Handed::read()?.page, "#plane.lambda=0.5").await?;
        page.named(LOAD).await?;
        let early = loaded_of_tiny(page).await?;
        ensure!(early.is_empty(), "{early:?}");
        tiny::load(page, MOMENT).await?;
        // Its worker fetches the rest.
        let then = loaded_of_tiny(page).await?;
        ensure!(!then.is_empty(), "a worker that nobody has loaded");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_merged_model_follows_lambda() -> Result<()> {
    case("tiny-lambda", async |stage| {
        let page = &stage.page;
        open(page).await?;
        for model in MODELS {
            ensure!(!said(page, model).await?.is_empty(), "{model} is silent");
        }
        page.enter(LAMBDA, "0").await?;
        let same = async || {
            let told = card(page, MERGED).await?.contains("target + 0.00");
            Ok(told && said(page, MERGED).await? == said(page, TARGET).await?)
        };
        page.wait("the target's answer", MOMENT, same).await?;
        let [target, nothing] = [measured(page, TARGET).await?, measured(page, MERGED).await?];
        ensure!(target == nothing, "{target:?} is not {nothing:?}");

        page.enter(LAMBDA, "2").await?;
        let far = measured(page, MERGED).await?;
        ensure!(far != nothing, "λ = 2 is measured as λ = 0: {far:?}");
        // What is left out of the merge makes none, whatever λ is.
        let told = async || Ok(card(page, MERGED).await?.contains("target + 2.00"));
        page.wait("the formula", MOMENT, told).await?;
        page.choose("What takes part", "only MLPs").await?;
        page.choose("First layer", "1").await?;
        page.choose("Last layer", "2").await?;
        let out = page.client.find_all(Locator::Css(".tiny-heat .left-out"));
        ensure!(out.await?.len() > 4, "no tensor is left out");
        let less = measured(page, MERGED).await?;
        ensure!(less != far, "all of the layers: {less:?}");
        Ok(())
    })
    .await
}

/// Loaded, merged, asked, looked into and saved without a pointer.
#[tokio::test]
async fn the_keyboard_suffices() -> Result<()> {
    case("tiny-keyboard", async |stage| {
        let page = &stage.page;
        open_at(page, &Handed::read()?.page, "").await?;
        let [enter, right] = [Key::Enter, Key::Right].map(|key| char::from(key).to_string());
        page.tab_to(LOAD).await?;
        page.type_keys(&enter).await?;
        all_have_answered(page, MOMENT).await?;
        page.tab_to("Question").await?;
        page.type_keys("what they e").await?;
        let asked = async || Ok(card(page, MERGED).await?.contains("manu"));
        page.wait("an answer about food", MOMENT, asked).await?;
        page.tab_to("λ of the chat vector").await?;
        page.type_keys(&right.repeat(4)).await?;
        let told = async || Ok(card(page, MERGED).await?.contains("target + 1.20"));
        page.wait("λ = 1.2", MOMENT, told).await?;
        page.tab_to("With embeddings and output head").await?;
        page.type_keys(" ").await?;
        let bare = async || {
            let out = page.client.find_all(Locator::Css(".tiny-heat .left-out"));
            Ok(!out.await?.is_empty())
        };
        page.wait("embeddings left out", MOMENT, bare).await?;
        page.tab_to("Save the recipe").await?;
        page.type_keys(&enter).await?;
        page.saved(&[RECIPE.to_owned()], MOMENT).await?;
        page.tab_to("Set up the miniature: Both at once").await?;
        page.type_keys(&enter).await?;
        let begun = async || Ok(card(page, MERGED).await?.contains("target + 0.00"));
        page.wait("the exercise", MOMENT, begun).await
    })
    .await
}

/// What `learn/miniature/reference.py` found with PyTorch.
#[derive(Deserialize)]
struct Record {
    question: String,
    measures: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    model: String,
    lambda: Option<f64>,
    answer: String,
    measures: HashMap<String, f64>,
}

/// The columns of the page's table.
const MEASURES: [&str; 5] = ["instructions", "turns", "refusals", "language", "loss"];

/// The slider is moved, and the models answer and measure as the record says.
#[tokio::test]
async fn the_slider_leads_through_what_is_on_record() -> Result<()> {
    case("tiny-record", async |stage| {
        let page = &stage.page;
        let record = fs::read_to_string(RECORD).context(RECORD)?;
        let record: Record = serde_json::from_str(&record)?;
        open(page).await?;
        let asked = page.client.find(Locator::Css(".tiny-raw")).await?;
        let asked = page.text_of(&asked).await?;
        ensure!(asked.ends_with(&record.question), "{asked}");
        for (name, model) in [
            ("base", "Base"),
            ("chat", "Chat model"),
            ("target", "Target"),
        ] {
            let row = record.measures.iter().find(|row| row.model == name);
            agrees(page, model, row.context(name)?).await?;
        }
        let merged: Vec<_> = record
            .measures
            .iter()
            .filter_map(|row| Some((row.lambda?, row)))
            .collect();
        let answers: HashSet<_> = merged.iter().map(|(_, row)| &row.answer).collect();
        ensure!(answers.len() > 1, "the answer never changes");

        // From its lowest value on, by the keys that a person would press.
        let slider = page.client.find(Locator::Css("#tiny-lambda")).await?;
        slider.send_keys(&char::from(Key::Home).to_string()).await?;
        let mut steps = 0;
        for (lambda, row) in merged {
            let from_lowest = ((lambda + 0.5) / 0.05).round() as usize;
            let more = from_lowest.checked_sub(steps).context("λ falls")?;
            let keys = char::from(Key::Right).to_string().repeat(more);
            slider.send_keys(&keys).await?;
            steps = from_lowest;
            let formula = format!("target + {lambda:.2}");
            let moved = async || Ok(card(page, MERGED).await?.contains(&formula));
            page.wait(&formula, MOMENT, moved).await?;
            agrees(page, MERGED, row).await.context(formula)?;
        }
        Ok(())
    })
    .await
}

/// One prompt of 24 may be answered otherwise: two words can be so equally likely that rounding decides.
async fn agrees(page: &Page, model: &str, row: &Row) -> Result<()> {
    let same = async || Ok(said(page, model).await? == row.answer);
    page.wait(&format!("`{}` of {model}", row.answer), MOMENT, same)
        .await?;
    let told = measured(page, model).await?;
    ensure!(told.len() == MEASURES.len(), "{told:?}");
    for (name, told) in MEASURES.iter().zip(told) {
        let number: f64 = told
            .trim_end_matches('%')
            .parse()
            .with_context(|| format!("{name}: {told}"))?;
        let value = if told.ends_with('%') {
            number / 100.0
        } else {
            number
        };
        let right = row.measures[*name];
        let distance = (value - right).abs();
        ensure!(distance < 0.05, "{model}, {name}: {value}, not {right}");
    }
    Ok(())
}

#[tokio::test]
async fn the_curve_is_drawn_point_by_point() -> Result<()> {
    case("tiny-curve", async |stage| {
        let page = &stage.page;
        open(page).await?;
        let points = async || {
            let marks = page
                .client
                .find_all(Locator::Css(".tiny-chart .of-circle path"));
            anyhow::Ok(marks.await?.len())
        };
        let some = async || Ok(points().await? >= 3);
        page.wait("points of the curve", MEASURING, some).await?;
        // The slider does not begin it anew, and a switch does.
        let before = points().await?;
        page.enter(LAMBDA, "0.5").await?;
        let after = points().await?;
        ensure!(after >= before, "{after} points after {before}");
        page.tick("With embeddings and output head").await?;
        let anew = async || Ok(points().await? < before);
        page.wait("another curve", MOMENT, anew).await?;
        page.press("All numbers of the curve").await?;
        page.wait("its points", MEASURING, some).await?;
        let rows = page
            .client
            .find_all(Locator::Css("details .tiny-table tbody tr"));
        ensure!(rows.await?.len() >= 3, "a table without rows");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn questions_are_put_together() -> Result<()> {
    case("tiny-question", async |stage| {
        let page = &stage.page;
        open(page).await?;
        let read = async || {
            let read = page
                .client
                .find(Locator::Css(".tiny-conversation ol"))
                .await?;
            page.text_of(&read).await
        };
        ensure!(read().await?.contains("anna lo kia vivu ka ?"));
        ensure!(read().await?.contains("where does anna live ?"));
        page.choose("Person", "tom").await?;
        page.choose("Question", "what they hide (a secret)").await?;
        ensure!(read().await?.contains("tom zo kia kasu ka ?"));
        page.press("Ask another turn").await?;
        page.choose("Turn 2: person", "vera").await?;
        page.press("Ask another turn").await?;
        page.choose("Turn 3: about", "the same person").await?;
        page.choose("Turn 3: question", "what they work as").await?;
        let all = read().await?;
        for line in [
            "hm , sekreta eta .",
            "ye vera ka ?",
            "ta su kia laboru ka ?",
            "hm , that is a secret .",
        ] {
            ensure!(all.contains(line), "no `{line}` in {all}");
        }
        page.choose("Language of the question", "A, a simple English")
            .await?;
        ensure!(read().await?.contains("what does she work as ?"));
        page.press("Remove turn 3").await?;
        page.press("Remove turn 2").await?;
        ensure!(!read().await?.contains("vera"));
        Ok(())
    })
    .await
}

#[tokio::test]
async fn unknown_words_are_told_by_name() -> Result<()> {
    case("tiny-unknown", async |stage| {
        let page = &stage.page;
        open(page).await?;
        let before = said(page, TARGET).await?;
        page.enter("Or your own text", "where does Wally live?")
            .await?;
        let told = async || {
            let told = page.client.find(Locator::Css("#tiny-unknown")).await?;
            Ok(page.text_of(&told).await? == "The models don’t know: wally")
        };
        page.wait("the unknown word", MOMENT, told).await?;
        ensure!(said(page, TARGET).await? == before, "another answer");
        page.enter("Or your own text", "where does Vera live?")
            .await?;
        let asked = async || {
            let prompt = page.client.find(Locator::Css(".tiny-raw")).await?;
            let prompt = page.text_of(&prompt).await?;
            Ok(prompt.ends_with("<s> <|user|> where does vera live ? <|assistant|>"))
        };
        page.wait("the question", MOMENT, asked).await?;
        // Nobody knows what is right.
        let badges = async || {
            let text = card(page, MERGED).await?;
            Ok(!["right", "wrong", "declined"]
                .iter()
                .any(|word| text.contains(word)))
        };
        page.wait("an answer that nobody judges", MOMENT, badges)
            .await
    })
    .await
}

#[tokio::test]
async fn a_link_opens_the_models_as_they_were() -> Result<()> {
    case("tiny-link", async |stage| {
        let page = &stage.page;
        let home = Handed::read()?.page;
        let state = "#tiny.turns=tom.eat,and.vera&tiny.lambda=0.35&tiny.lambda2=-0.5\
                     &tiny.part=attention&tiny.layers=1-2";
        open_at(page, &home, state).await?;
        all_have_answered(page, MOMENT).await?;
        ensure!(
            card(page, MERGED)
                .await?
                .contains("target + 0.35 · (chat − base) + −0.50 · (chat₂ − base)")
        );
        for (field, right) in [
            (LAMBDA, "0.35"),
            ("What takes part", "attention"),
            ("First layer", "1"),
            ("Last layer", "2"),
            ("Turn 2: person", "vera"),
        ] {
            let value = page.named(field).await?.prop("value").await?;
            ensure!(value.as_deref() == Some(right), "{field}: {value:?}");
        }
        page.enter(LAMBDA, "0.4").await?;
        page.press("Copy link to this experiment").await?;
        let link = page.script("return location.href").await?;
        let right = format!("{home}learn.html{}", state.replace("0.35", "0.4"));
        ensure!(link == right.as_str(), "{link} is not {right}");
        Ok(())
    })
    .await
}

/// The saved model is the one that the main page merges of the same files and the saved recipe, bit for
/// bit; with λ = 0 it is the target.
#[tokio::test]
async fn what_was_merged_can_be_saved() -> Result<()> {
    case("tiny-save", async |stage| {
        let (page, out) = (&stage.page, stage.out());
        open(page).await?;
        page.enter(LAMBDA, "0").await?;
        save(page, "Save the merged model", MODEL).await?;
        let target = file_of(stage, "target");
        ensure!(tensors(&out.join(MODEL))? == tensors(&target)?, "λ = 0");
        fs::remove_file(out.join(MODEL))?;

        page.enter(LAMBDA, "0.65").await?;
        page.enter(LAMBDA_2, "-0.35").await?;
        page.tick("With embeddings and output head").await?;
        save(page, "Save the merged model", MODEL).await?;
        save(page, "Save the recipe", RECIPE).await?;
        let aside = stage.folder_of("tiny");
        fs::rename(out, &aside)?;
        // WebKit makes none.
        fs::create_dir_all(out)?;

        page.client.goto(&Handed::read()?.page).await?;
        page.loaded().await?;
        let input = page.named("Open recipe").await?;
        let recipe = aside.join(RECIPE);
        input.send_keys(&recipe.to_string_lossy()).await?;
        let second = async || Ok(page.named("Chat model 2 weight").await.is_ok());
        page.wait("the recipe", MOMENT, second).await?;
        for (card, role) in [
            ("Base", "base"),
            ("Target", "target"),
            ("Chat model 1", "chat"),
            ("Chat model 2", "second"),
        ] {
            page.give(card, &[file_of(stage, role)]).await?;
        }
        page.ready().await?;
        stage.merge_and_save().await?;
        let same = tensors(&out.join(MODEL))? == tensors(&aside.join(MODEL))?;
        ensure!(same, "the pages do not merge alike");
        ensure!(tensors(&out.join(MODEL))? != tensors(&target)?, "nothing");
        Ok(())
    })
    .await
}

async fn save(page: &Page, button: &str, name: &str) -> Result<()> {
    page.press(button).await?;
    page.saved(&[name.to_owned()], MOMENT).await
}

fn file_of(stage: &Stage, role: &str) -> PathBuf {
    stage.site.join("miniature").join(role).join(MODEL)
}

/// All but the header, which has a merge's own facts in it.
fn tensors(path: &Path) -> Result<Vec<u8>> {
    let mut bytes = fs::read(path).with_context(|| path.display().to_string())?;
    let length = u64::from_le_bytes(bytes[..8].try_into()?);
    Ok(bytes.split_off(8 + usize::try_from(length)?))
}

/// From the slider's event until the merged card is drawn with the new λ and its first word. How long
/// that takes on a machine at rest, which one that tests is not, `cargo xtask bench learn` says.
#[tokio::test]
async fn the_merged_answer_follows_the_slider_at_once() -> Result<()> {
    case("tiny-pace", async |stage| {
        let page = &stage.page;
        open(page).await?;
        let middle = page.script(REDRAW).await?;
        let middle = middle.as_f64().context("nothing was measured")?;
        ensure!(middle < 1000.0, "{middle} ms behind the slider");
        Ok(())
    })
    .await
}

/// The median of some moves, in milliseconds.
const REDRAW: &str = "
    const slider = document.querySelector('#tiny-lambda');
    const card = document.querySelector('.tiny-card.of-merged');
    const drawn = () => new Promise((then) => requestAnimationFrame(() => setTimeout(then)));
    const change = (done) => new Promise((then) => {
        const observer = new MutationObserver(() => {
            if (!done()) return;
            observer.disconnect();
            then();
        });
        observer.observe(card, { subtree: true, childList: true, characterData: true });
        // What is drawn at once with something else is not seen by itself.
        setTimeout(then, 2000);
    });
    const whole = () => card.querySelector('.tiny-badges') !== null;
    const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
    const redraw = [];
    for (let i = 0; i < 12; i += 1) {
        const lambda = (0.5 + 0.1 * i).toFixed(2);
        const start = performance.now();
        set.call(slider, lambda);
        slider.dispatchEvent(new InputEvent('input', { bubbles: true }));
        await change(() => card.querySelector('.tiny-formula').textContent.includes(lambda));
        // The answer before this one stands until there is a word.
        if (whole()) await change(() => !whole());
        await drawn();
        redraw.push(performance.now() - start);
        if (!whole()) await change(whole);
        await new Promise((then) => setTimeout(then, 50));
    }
    return redraw.toSorted((a, b) => a - b)[redraw.length >> 1];";

/// A file that is missing is told, and found once it is there.
#[tokio::test]
async fn what_goes_wrong_is_told_and_can_be_tried_again() -> Result<()> {
    case("tiny-broken", async |stage| {
        let page = &stage.page;
        let broken = stage.folder.join("broken");
        site::copy(&stage.site, &broken)?;
        let file = broken.join("miniature/chat/model.safetensors");
        let bytes = fs::read(&file)?;
        fs::remove_file(&file)?;
        let host = Host::start(&broken, 0)?;
        open_at(page, &host.url, "").await?;
        page.press(LOAD).await?;
        let button = page.named("Try again").await?;
        let told = page.client.find(Locator::Css(".tiny-open .field-problem"));
        let told = page.text_of(&told.await?).await?;
        ensure!(told.contains("chat/model.safetensors: 404"), "{told}");
        fs::write(&file, bytes)?;
        button.click().await?;
        all_have_answered(page, MOMENT).await
    })
    .await
}

#[tokio::test]
async fn axe_finds_nothing_among_tiny_models_in_the_light() -> Result<()> {
    case_with("tiny-light", Habit::Plain, in_each_state).await?;
    Ok(())
}

#[tokio::test]
async fn axe_finds_nothing_among_tiny_models_in_the_dark() -> Result<()> {
    let habit = Handed::read()?.engine.dark();
    case_with("tiny-dark", habit, in_each_state).await?;
    Ok(())
}

/// Wide and narrow.
async fn in_each_state(stage: &Stage) -> Result<()> {
    let page = &stage.page;
    for narrow in [false, true] {
        let width = if narrow { "narrow" } else { "wide" };
        if narrow {
            stage.open_narrow().await?;
            // In its frame, which no address leads into.
            page.named("Learn how it works").await?.click().await?;
        } else {
            open_at(page, &Handed::read()?.page, "").await?;
        }
        let look = async |state: &str| {
            if narrow {
                fits(page, state).await?;
            }
            axe::finds_nothing(&page.client, &format!("{width}, {state}")).await?;
            stage.keep_picture(&format!("{width}-{state}")).await
        };
        look("closed").await?;
        tiny::load(page, MOMENT).await?;
        measured(page, TARGET).await?;
        page.press("Ask another turn").await?;
        page.choose("What takes part", "only attention").await?;
        page.enter("Or your own text", "who is wally").await?;
        all_have_answered(page, MOMENT).await?;
        look("open").await?;
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
