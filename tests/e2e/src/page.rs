//! What a person does on the page and reads from it; things are found by their accessible names.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use fantoccini::actions::{
    InputSource as _, KeyAction, KeyActions, MOUSE_BUTTON_LEFT, MouseActions, PointerAction,
};
use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::key::Key;
use fantoccini::{Client, Locator};
use serde_json::Value;

use crate::browser;
use crate::recipe::Recipe;
use crate::sparse;

/// How long the page may take for what should take a moment.
const MOMENT: Duration = Duration::from_secs(15);
/// How long a merge of small models may take.
const MERGE: Duration = Duration::from_secs(60);
/// How browsers end the name of a download that is under way.
const UNFINISHED: [&str; 3] = [".crdownload", ".part", ".wkdownload"];
/// More than the page has in one state.
const MOST_CONTROLS: usize = 60;
const POLL: Duration = Duration::from_millis(40);

/// The page in its browser.
pub struct Page {
    pub client: Client,
    /// Where the browser saves downloads.
    pub downloads: PathBuf,
}

/// How many tensors the plan says are merged, copied and refused.
#[derive(Debug, PartialEq, Eq)]
pub struct Counts {
    pub merged: usize,
    pub copied: usize,
    pub refused: usize,
}

// Finding things

impl Page {
    /// Loads the page and waits until it can work.
    pub async fn open(client: Client, url: &str, downloads: PathBuf) -> Result<Self> {
        client.goto(url).await?;
        let page = Self { client, downloads };
        page.loaded().await?;
        Ok(page)
    }

    /// Waits until the page's worker has said its version.
    pub async fn loaded(&self) -> Result<()> {
        let footer = "//footer[contains(., 'chat-vector ')]";
        let ready = async || Ok(!self.all(footer).await?.is_empty());
        self.wait("the page's worker", MOMENT, ready).await
    }

    /// Waits until the foot of the page says this.
    pub async fn foot_says(&self, words: &str) -> Result<()> {
        let told = async || {
            let foot = self.client.find(Locator::Css("footer")).await?;
            Ok(self.text_of(&foot).await?.contains(words))
        };
        self.wait(&format!("`{words}`"), MOMENT, told).await
    }

    /// Everything that an XPath leads to.
    async fn all(&self, xpath: &str) -> Result<Vec<Element>> {
        Ok(self.client.find_all(Locator::XPath(xpath)).await?)
    }

    /// The one element of this accessible name, as the browser computes it; it may yet appear.
    pub async fn named(&self, name: &str) -> Result<Element> {
        let start = Instant::now();
        loop {
            let mut found = self.all_named(name).await?;
            match found.len() {
                1 => return Ok(found.remove(0)),
                count if start.elapsed() > MOMENT => {
                    bail!("{count} elements are named `{name}`, not one")
                }
                _ => tokio::time::sleep(POLL).await,
            }
        }
    }

    async fn all_named(&self, name: &str) -> Result<Vec<Element>> {
        // Wherever a name can come from; the browser then says what it is.
        let xpath = format!(
            r#"//*[@aria-label="{name}"]
             | //*[self::button or self::a or self::summary][normalize-space()="{name}"]
             | //*[@id=//label[normalize-space()="{name}"]/@for]"#
        );
        // Firefox puts what is written on a file input's own button into its name.
        let in_firefox = format!("{name} Browse");
        let mut found = Vec::new();
        for element in self.all(&xpath).await? {
            match self.name_of(&element).await {
                Ok(is) if is == name || is.starts_with(&in_firefox) => found.push(element),
                Err(error) if !is_stale(&error) => return Err(error),
                _ => {}
            }
        }
        Ok(found)
    }

    /// The accessible name of an element.
    async fn name_of(&self, element: &Element) -> Result<String> {
        browser::computed(&self.client, "label", &element.element_id()).await
    }

    /// What an element says, line by line. (What WebKit's driver says has no line ends.)
    pub async fn text_of(&self, element: &Element) -> Result<String> {
        let script = "return arguments[0].innerText";
        let element = serde_json::to_value(element)?;
        let text = self.client.execute(script, vec![element]).await?;
        let lines = text.as_str().unwrap_or_default().trim().lines();
        let lines = lines.map(|line| line.trim().replace('\t', " "));
        Ok(lines
            .filter(|line| !line.is_empty())
            .collect::<Vec<_>>()
            .join("\n"))
    }

    /// What the one element of this accessible name says.
    pub async fn text(&self, name: &str) -> Result<String> {
        self.text_of(&self.named(name).await?).await
    }

    /// The role of the one element of this accessible name.
    pub async fn role_of(&self, name: &str) -> Result<String> {
        let element = self.named(name).await?;
        browser::computed(&self.client, "role", &element.element_id()).await
    }

    /// Waits until `done`; says what was waited for when it takes too long.
    pub async fn wait(
        &self,
        what: &str,
        limit: Duration,
        done: impl AsyncFn() -> Result<bool>,
    ) -> Result<()> {
        let start = Instant::now();
        loop {
            match done().await {
                Ok(true) => return Ok(()),
                Ok(false) => {}
                // What was found may just have been drawn anew.
                Err(error) if is_stale(&error) => {}
                Err(error) => return Err(error),
            }
            if start.elapsed() > limit {
                let problems = self.problems().await.unwrap_or_default();
                bail!("waited {limit:?} in vain for {what}; problems: {problems:?}");
            }
            // Each look leaves garbage in the browser: a long wait looks less often.
            tokio::time::sleep(POLL.max(start.elapsed() / 20)).await;
        }
    }

    /// Waits until the page shows what the last action has changed.
    async fn settle(&self) -> Result<()> {
        let frames = "const done = arguments[0];
            requestAnimationFrame(() => requestAnimationFrame(() => done()));";
        self.client.execute_async(frames, vec![]).await?;
        Ok(())
    }

    /// Runs a script with `await`, and returns what it returns.
    pub async fn script(&self, body: &str) -> Result<Value> {
        let script = format!(
            "const done = arguments[0];
             (async () => {{ {body} }})().then(done, (error) => done({{ error: String(error) }}));"
        );
        let value = self.client.execute_async(&script, vec![]).await?;
        ensure!(value["error"].is_null(), "script: {}", value["error"]);
        Ok(value)
    }
}

/// Whether an element is no more, or not the one that it was.
fn is_stale(error: &anyhow::Error) -> bool {
    let error = error.downcast_ref::<CmdError>();
    error.is_some_and(|error| error.is_stale_element_reference() || error.is_no_such_element())
}

/// The button for a first visit.
pub const SAMPLES: &str = "Try with sample models";

// What a person does

impl Page {
    /// Takes the models that come with the page, and waits for the plan.
    pub async fn try_samples(&self) -> Result<()> {
        self.press(SAMPLES).await?;
        self.ready().await
    }

    /// Presses a key, or several one after the other.
    pub async fn type_keys(&self, keys: &str) -> Result<()> {
        let mut actions = KeyActions::new("keyboard".into());
        for value in keys.chars() {
            actions = actions
                .then(KeyAction::Down { value })
                .then(KeyAction::Up { value });
        }
        self.client.perform_actions(actions).await?;
        self.settle().await
    }

    /// Presses keys one after the other while another one is held.
    pub async fn type_holding(&self, held: char, keys: &str) -> Result<()> {
        let mut actions = KeyActions::new("keyboard".into()).then(KeyAction::Down { value: held });
        for value in keys.chars() {
            actions = actions
                .then(KeyAction::Down { value })
                .then(KeyAction::Up { value });
        }
        let actions = actions.then(KeyAction::Up { value: held });
        self.client.perform_actions(actions).await?;
        self.settle().await
    }

    /// Goes on by Tab until the control of this accessible name has the focus.
    pub async fn tab_to(&self, name: &str) -> Result<()> {
        let mut met = Vec::new();
        while met.len() < MOST_CONTROLS {
            self.type_keys(&char::from(Key::Tab).to_string()).await?;
            let is = self.name_of(&self.client.active_element().await?).await?;
            if is == name || is.starts_with(&format!("{name} Browse")) {
                return Ok(());
            }
            met.push(is);
        }
        bail!("Tab does not lead to `{name}`, but to {met:?}")
    }

    /// Gives files to a card, and waits until their headers are read.
    pub async fn give(&self, card: &str, files: &[PathBuf]) -> Result<()> {
        let paths: Vec<_> = files.iter().map(|file| file.to_string_lossy()).collect();
        self.give_to(card, "files", &paths.join("\n")).await
    }

    /// Gives a folder to a card, and waits until the headers of its files are read.
    pub async fn give_folder(&self, card: &str, folder: &Path) -> Result<()> {
        self.give_to(card, "folder", &folder.to_string_lossy())
            .await
    }

    async fn give_to(&self, card: &str, input: &str, paths: &str) -> Result<()> {
        let input = self.named(&format!("{card} {input}")).await?;
        input.send_keys(paths).await?;
        self.settle().await?;
        let read = async || {
            let text = self.text(card).await?;
            Ok(!text.contains("Reading headers"))
        };
        self.wait(&format!("{card}'s headers"), MOMENT, read).await
    }

    /// Replaces what a field holds.
    pub async fn enter(&self, field: &str, text: &str) -> Result<()> {
        let field = self.named(field).await?;
        let select_all = format!("{}a{}", char::from(Key::Control), char::from(Key::Null));
        let delete = char::from(Key::Delete);
        field.send_keys(&select_all).await?;
        field.send_keys(&format!("{delete}{text}")).await?;
        self.settle().await
    }

    /// Chooses an option of a select.
    pub async fn choose(&self, select: &str, option: &str) -> Result<()> {
        let field = self.named(select).await?;
        for candidate in field.find_all(Locator::Css("option")).await? {
            if candidate.text().await? == option {
                candidate.click().await?;
                return self.settle().await;
            }
        }
        bail!("`{select}` has no option `{option}`")
    }

    /// Presses a button, follows a link or ticks a box.
    pub async fn press(&self, name: &str) -> Result<()> {
        self.named(name).await?.click().await?;
        self.settle().await
    }

    /// Draws over an element with the pointer: from its left edge, in the middle of its height, to
    /// its right edge, a quarter above its lower one.
    pub async fn drag_across(&self, element: &Element) -> Result<()> {
        let at = |x: f64, y: f64, duration: u64| PointerAction::MoveToElement {
            element: element.clone(),
            duration: Some(Duration::from_millis(duration)),
            x,
            y,
        };
        self.bring_into_sight(element).await?;
        let (_, _, width, height) = element.rectangle().await?;
        let (right, down) = ((width / 2.0).floor() - 2.0, (height / 4.0).floor());
        let button = MOUSE_BUTTON_LEFT;
        let moves = MouseActions::new("mouse".to_owned())
            .then(at(-right, 0.0, 0))
            .then(PointerAction::Down { button })
            .then(at(0.0, (down / 2.0).floor(), 100))
            .then(at(right, down, 100))
            .then(PointerAction::Up { button });
        self.client.perform_actions(moves).await?;
        self.settle().await
    }

    /// Takes an element with the pointer, and lets it go so many pixels right and below.
    pub async fn drag_by(&self, element: &Element, right: f64, down: f64) -> Result<()> {
        self.bring_into_sight(element).await?;
        let script = "const box = arguments[0].getBoundingClientRect();
            return [box.x + box.width / 2, box.y + box.height / 2].map(Math.round);";
        let found = serde_json::to_value(element)?;
        let middle = self.client.execute(script, vec![found]).await?;
        let [x, y]: [f64; 2] = serde_json::from_value(middle)?;
        let at = |share: f64| PointerAction::MoveTo {
            duration: Some(Duration::from_millis(100)),
            x: (x + right * share).round(),
            y: (y + down * share).round(),
        };
        let button = MOUSE_BUTTON_LEFT;
        let moves = MouseActions::new("mouse".to_owned())
            .then(at(0.0))
            .then(PointerAction::Down { button })
            .then(at(0.5))
            .then(at(1.0))
            .then(PointerAction::Up { button });
        self.client.perform_actions(moves).await?;
        self.settle().await
    }

    /// Only Chromium's driver does it by itself.
    async fn bring_into_sight(&self, element: &Element) -> Result<()> {
        let script = "arguments[0].scrollIntoView({ block: 'center' })";
        let found = serde_json::to_value(element)?;
        self.client.execute(script, vec![found]).await?;
        Ok(())
    }

    /// Ticks a box, or unticks it, by its key: WebKit's driver misses those in frames.
    pub async fn tick(&self, name: &str) -> Result<()> {
        self.named(name).await?.send_keys(" ").await?;
        self.settle().await
    }

    /// Makes the choices of a recipe; the files of all chat models have their cards already.
    pub async fn ask_for(&self, recipe: &Recipe) -> Result<()> {
        let plain = Recipe::new(&[]);
        for (i, weight) in recipe.weights.iter().enumerate() {
            let field = format!("Chat model {} weight", i + 1);
            self.enter(&field, &weight.to_string()).await?;
        }
        for (r, rule) in recipe.rules.iter().enumerate() {
            self.press("Add rule").await?;
            let rule_name = format!("Rule {}", r + 1);
            self.enter(&format!("{rule_name} pattern"), rule.pattern)
                .await?;
            for (i, weight) in rule.weights.iter().enumerate() {
                let field = format!("{rule_name} weight for chat model {}", i + 1);
                self.enter(&field, &weight.to_string()).await?;
            }
        }
        if recipe.output_dtype != plain.output_dtype {
            self.choose("Output dtype", recipe.output_dtype).await?;
        }
        if recipe.embedding_rows != plain.embedding_rows {
            self.choose("Embedding rows", recipe.embedding_rows).await?;
        }
        if recipe.copy_unmatched {
            self.press("Copy what does not match").await?;
        }
        Ok(())
    }

    /// Waits until the plan is there and a merge can start.
    pub async fn ready(&self) -> Result<()> {
        let enabled = async || Ok(self.named("Merge").await?.is_enabled().await?);
        self.wait("a plan without problems", MOMENT, enabled).await
    }

    /// Makes something fail from now on, in the faulty page: see `tests/e2e/faults/worker.js`.
    pub async fn fault(&self, fault: Value) -> Result<()> {
        self.script(&format!("faults.postMessage({fault});"))
            .await?;
        Ok(())
    }

    /// Starts a merge into Downloads.
    pub async fn start_merge(&self) -> Result<()> {
        self.choose("Save to", "Downloads").await?;
        self.ready().await?;
        self.press("Merge").await
    }

    /// Merges, and returns the names of the files that can be saved.
    pub async fn merge(&self) -> Result<Vec<String>> {
        self.merge_within(MERGE).await
    }

    /// Merges what is so large that it takes its time.
    pub async fn merge_within(&self, limit: Duration) -> Result<Vec<String>> {
        self.start_merge().await?;
        let over = async || Ok(!self.merge_status().await?.is_empty());
        self.wait("the end of the merge", limit, over).await?;
        let status = self.merge_status().await?;
        if !status.starts_with("Done.") {
            bail!("the merge failed: {status} {}", self.problems().await?);
        }
        self.save_links().await
    }

    /// Follows every link to save a file, and waits until all are on disk.
    pub async fn save(&self, names: &[String], limit: Duration) -> Result<()> {
        fs::create_dir_all(&self.downloads)?;
        for name in names {
            self.press(&format!("Save {name}")).await?;
        }
        self.saved(names, limit).await
    }

    /// Waits until all files are on disk.
    pub async fn saved(&self, names: &[String], limit: Duration) -> Result<()> {
        let saved = async || {
            let there = files_in(&self.downloads).unwrap_or_default();
            let under_way = there
                .iter()
                .any(|name| UNFINISHED.iter().any(|end| name.ends_with(end)));
            Ok(!under_way
                && names
                    .iter()
                    .all(|name| is_whole(&self.downloads.join(name))))
        };
        self.wait("the downloads", limit, saved).await
    }
}

/// Whether a safetensors file is as long as its header says, JSON or a zip is complete, or another
/// file holds anything: browsers may write to the file's name from the beginning.
fn is_whole(path: &Path) -> bool {
    let json =
        || -> Result<()> { Ok(serde_json::from_slice::<Value>(&fs::read(path)?).map(drop)?) };
    match path.extension() {
        Some(extension) if extension == "safetensors" => {
            let size = fs::metadata(path).map(|file| file.len());
            sparse::size_by_header(path).is_ok_and(|told| size.is_ok_and(|size| size == told))
        }
        Some(extension) if extension == "json" => json().is_ok(),
        Some(extension) if extension == "zip" => fs::read(path).is_ok_and(|bytes| {
            let end = bytes.len().saturating_sub(22);
            bytes[end..].starts_with(b"PK\x05\x06")
        }),
        _ => fs::metadata(path).is_ok_and(|file| file.len() > 0),
    }
}

/// The names of the files in a folder, in order.
pub fn files_in(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("no {}", folder.display()))? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

// What a person reads

impl Page {
    /// What the live region of problems says.
    pub async fn problems(&self) -> Result<String> {
        self.text("Problems").await
    }

    /// Waits for problems that say all of this, and checks that they keep the merge from starting.
    pub async fn refuses(&self, words: &[&str]) -> Result<()> {
        let told = async || {
            let problems = self.problems().await?;
            Ok(words.iter().all(|word| problems.contains(word)))
        };
        self.wait(&format!("problems with {words:?}"), MOMENT, told)
            .await?;
        let merge = self.named("Merge").await?;
        ensure!(!merge.is_enabled().await?, "Merge is enabled");
        Ok(())
    }

    /// What the plan tells beside its numbers.
    pub async fn notices(&self) -> Result<String> {
        match &self.all_named("Notices").await?[..] {
            [] => Ok(String::new()),
            [notices, ..] => self.text_of(notices).await,
        }
    }

    /// The plan's numbers.
    pub async fn counts(&self) -> Result<Counts> {
        let count = async |what: &str| {
            let xpath = format!("//dt[.='{what}']/following-sibling::dd");
            let number = self.client.find(Locator::XPath(&xpath)).await?;
            let text = self.text_of(&number).await?.replace(',', "");
            text.parse().with_context(|| format!("{what}: `{text}`"))
        };
        Ok(Counts {
            merged: count("Merged").await?,
            copied: count("Copied").await?,
            refused: count("Refused").await?,
        })
    }

    /// How many tensors a rule decides about, as the page says beside it.
    pub async fn rule_count(&self, rule: usize) -> Result<String> {
        let pattern = self.named(&format!("Rule {rule} pattern")).await?;
        let row = pattern.find(Locator::XPath("./ancestor::li")).await?;
        let count = row.find(Locator::Css(".rule-matches")).await?;
        self.text_of(&count).await
    }

    /// What became of the last merge; empty while it runs.
    pub async fn merge_status(&self) -> Result<String> {
        let status = self.client.find(Locator::Css(".merge-status")).await?;
        self.text_of(&status).await
    }

    /// Waits until the running merge has written something.
    pub async fn under_way(&self) -> Result<()> {
        let begun = async || {
            let done = self.named("Merge progress").await?.attr("value").await?;
            Ok(done.is_some_and(|done| done.parse().is_ok_and(|done: f64| done > 0.0)))
        };
        self.wait("progress", MERGE, begun).await
    }

    /// Cancels the running merge, and waits until the page says that nothing is left of it.
    pub async fn cancel(&self) -> Result<()> {
        self.press("Cancel").await?;
        let cancelled = async || Ok(self.merge_status().await? == "Cancelled. Nothing was kept.");
        self.wait("the end of a cancelled merge", MOMENT, cancelled)
            .await
    }

    /// The names of the files that have a link to save them by.
    pub async fn save_links(&self) -> Result<Vec<String>> {
        let closed = Locator::Css(".file-by-file:not([open]) > summary");
        for summary in self.client.find_all(closed).await? {
            summary.click().await?;
        }
        let mut names = Vec::new();
        for link in self
            .all("//a[starts-with(normalize-space(), 'Save ')]")
            .await?
        {
            let name = self.name_of(&link).await?;
            names.extend(name.strip_prefix("Save ").map(str::to_owned));
        }
        Ok(names)
    }

    /// The table of tensors with elements that are NaN or infinite, line by line.
    pub async fn nonfinite(&self) -> Result<String> {
        match &self.all_named("Tensors that are not finite").await?[..] {
            [] => Ok(String::new()),
            [table, ..] => self.text_of(table).await,
        }
    }

    /// What lies on the browser's private disk.
    pub async fn private_disk(&self) -> Result<Vec<String>> {
        let names = self
            .script(
                "const names = [];
                 const root = await navigator.storage.getDirectory();
                 for await (const name of root.keys()) names.push(name);
                 return names;",
            )
            .await?;
        Ok(serde_json::from_value(names)?)
    }
}
