//! A case: a fresh browser on the page, and a folder with its inputs and outputs.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use futures_util::FutureExt as _;
use safetensors::Dtype;
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::browser::{DOWNLOADS, Engine, Habit, Handed};
use crate::compare::{self, OutputFile};
use crate::driver::{self, Company};
use crate::models::{Llama, Model};
use crate::oracle::{self, Action, Expected, Models};
use crate::page::{Counts, Page, files_in};
use crate::recipe::Recipe;

/// How long the download of small files may take.
const SAVE: Duration = Duration::from_secs(30);
/// How long a case may take, several times what the longest one does, and the end of its browser.
const LIMIT: Duration = Duration::from_secs(15 * 60);
const CLOSE: Duration = Duration::from_secs(60);

/// In a case's folder, what Python is to look at there.
const FOR_PYTHON: &str = "case.json";

/// What a test has in hand.
pub struct Stage {
    pub page: Page,
    pub engine: Engine,
    /// Where the page is served that can be made to fail.
    faulty_page: String,
    /// The case's folder, empty at first.
    pub folder: PathBuf,
    /// The built site.
    pub site: PathBuf,
}

/// Runs a test on a stage of its own, and clears the stage whatever comes of it.
///
/// # Errors
/// Those of the test, and what keeps it from starting.
pub async fn case(name: &str, test: impl AsyncFnOnce(&Stage) -> Result<()>) -> Result<()> {
    case_with(name, Habit::Plain, test).await?;
    Ok(())
}

/// The same while no other case of the program runs.
///
/// # Errors
/// As [`case`].
pub async fn case_alone(name: &str, test: impl AsyncFnOnce(&Stage) -> Result<()>) -> Result<()> {
    perform(name, Habit::Plain, Company::Nobody, test).await?;
    Ok(())
}

/// The same in a browser with a habit; returns the case's folder, without its large files.
///
/// # Errors
/// As [`case`].
pub async fn case_with(
    name: &str,
    habit: Habit,
    test: impl AsyncFnOnce(&Stage) -> Result<()>,
) -> Result<PathBuf> {
    perform(name, habit, Company::Others, test).await
}

async fn perform(
    name: &str,
    habit: Habit,
    company: Company,
    test: impl AsyncFnOnce(&Stage) -> Result<()>,
) -> Result<PathBuf> {
    let handed = Handed::read()?;
    let folder = std::path::absolute(handed.cases.join(name))?;
    match fs::remove_dir_all(&folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
        _ => fs::create_dir_all(&folder)?,
    }
    let driver = driver::take(&handed.drivers, company);
    let client = handed.start_browser(&driver, &folder, habit).await?;
    let run = async {
        let downloads = folder.join(DOWNLOADS);
        let page = Page::open(client.clone(), &handed.page, downloads).await?;
        let stage = Stage {
            page,
            engine: handed.engine,
            faulty_page: handed.faulty_page.clone(),
            folder: folder.clone(),
            site: handed.site.clone(),
        };
        let ended = AssertUnwindSafe(test(&stage)).catch_unwind().await;
        if !matches!(ended, Ok(Ok(()))) {
            stage.take_picture().await;
        }
        ended.unwrap_or_else(|panic| resume_unwind(panic))
    };
    // A browser that dies may leave its driver without an answer for ever.
    let run = timeout(LIMIT, run).map(|ended| ended.unwrap_or_else(|late| Err(late.into())));
    let ended = AssertUnwindSafe(run).catch_unwind().await;
    let closed = timeout(CLOSE, client.close()).await;
    let ended = ended.unwrap_or_else(|panic| resume_unwind(panic));
    ended.with_context(|| format!("case {name}"))?;
    closed??;
    if !folder.join(FOR_PYTHON).exists() {
        remove_large_files(&folder)?;
    }
    Ok(folder)
}

/// Frees the disk of what nothing looks at any more: some outputs have gigabytes, and all cases of
/// all browsers would have to find room.
fn remove_large_files(folder: &Path) -> Result<()> {
    const LARGE: u64 = 100 << 20;
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            remove_large_files(&path)?;
        } else if fs::metadata(&path)?.len() > LARGE {
            fs::remove_file(&path)?;
        }
    }
    Ok(())
}

impl Stage {
    /// The folder of a model, by its role.
    pub fn folder_of(&self, role: &str) -> PathBuf {
        self.folder.join(role)
    }

    /// Where the browser saves downloads.
    pub fn out(&self) -> &Path {
        &self.page.downloads
    }

    /// Loads the page in which [`Page::fault`] works.
    pub async fn open_faulty(&self) -> Result<()> {
        self.page.client.goto(&self.faulty_page).await?;
        self.page.loaded().await
    }

    /// Loads the page in a frame that is as wide as a telephone, and goes into the frame: not every
    /// browser has windows as narrow as that.
    pub async fn open_narrow(&self) -> Result<()> {
        let client = &self.page.client;
        client
            .goto(&format!("{}narrow.html", self.faulty_page))
            .await?;
        client.enter_frame(0).await?;
        self.page.loaded().await
    }

    /// Gives all models to the page.
    pub async fn give(&self, models: &Models) -> Result<()> {
        self.page.give("Base", &models.base.files).await?;
        if let Some(target) = &models.target {
            self.page.give("Target", &target.files).await?;
        }
        for (i, chat) in models.chats.iter().enumerate() {
            if i > 0 {
                self.page.press("Add chat model").await?;
            }
            let card = format!("Chat model {}", i + 1);
            self.page.give(&card, &chat.files).await?;
        }
        Ok(())
    }

    /// The models that the page comes with, copied into the case's folder.
    pub fn samples(&self) -> Result<Models> {
        let copied = |role| {
            let from = self.site.join("samples").join(role);
            Model::copied(&from, &self.folder_of(role))
        };
        Ok(Models {
            base: copied("base")?,
            target: Some(copied("target")?),
            chats: vec![copied("chat")?],
        })
    }

    /// Gives the models, makes the choices, and waits for the plan.
    pub async fn prepare(&self, models: &Models, recipe: &Recipe) -> Result<()> {
        self.give(models).await?;
        self.page.ask_for(recipe).await?;
        self.page.ready().await
    }

    /// Merges small models: the page works.
    pub async fn merge_small_models(&self) -> Result<()> {
        let small = |role: &str, seed| {
            let tensors = Llama::small(Dtype::BF16).tensors(seed);
            Model::one_file(&self.folder_of("small").join(role), &tensors)
        };
        let models = Models {
            base: small("base", 1)?,
            target: None,
            chats: vec![small("chat-1", 2)?],
        };
        let recipe = Recipe::new(&[1.0]);
        self.prepare(&models, &recipe).await?;
        self.merge_and_compare(&models, &recipe).await
    }

    /// Merges, saves, and compares with the formula; the output is sharded as the target.
    pub async fn merge_and_compare(&self, models: &Models, recipe: &Recipe) -> Result<()> {
        self.merge_and_compare_as(models, recipe, compare::as_target)
            .await
    }

    /// The same, in other files.
    pub async fn merge_and_compare_as(
        &self,
        models: &Models,
        recipe: &Recipe,
        files: impl Fn(&[Expected]) -> Vec<OutputFile<'_>>,
    ) -> Result<()> {
        let before = contents(models)?;
        let expected = oracle::merge(models, recipe);
        let files = files(&expected);
        self.check_counts(&expected).await?;
        self.merge_and_save().await?;
        compare::folder(self.out(), &files)?;
        ensure!(contents(models)? == before, "the merge changed its inputs");
        self.leave_for_python(models, recipe, &expected)
    }

    /// Merges and saves all files.
    pub async fn merge_and_save(&self) -> Result<()> {
        let names = self.page.merge().await?;
        self.page.save(&names, SAVE).await
    }

    /// The plan on the page counts what the oracle does.
    async fn check_counts(&self, expected: &[Expected]) -> Result<()> {
        let count = |action| expected.iter().filter(|e| e.action == action).count();
        let right = Counts {
            merged: count(Action::Merged),
            copied: count(Action::Copied),
            refused: 0,
        };
        let told = self.page.counts().await?;
        ensure!(told == right, "the plan says {told:?}, right is {right:?}");
        Ok(())
    }

    /// Writes down what was merged, for `tests/python/check.py`.
    pub fn leave_for_python(
        &self,
        models: &Models,
        recipe: &Recipe,
        expected: &[Expected],
    ) -> Result<()> {
        let actions: BTreeMap<_, _> = expected
            .iter()
            .map(|expected| (&expected.tensor.name, expected.action))
            .collect();
        let model = |model: &Model| -> Result<Value> {
            let paths = model.files.iter().map(|file| {
                let path = file.strip_prefix(&self.folder)?;
                anyhow::Ok(path.to_string_lossy().into_owned())
            });
            Ok(json!(paths.collect::<Result<Vec<_>>>()?))
        };
        let out = files_in(self.out())?.into_iter();
        let chats = models.chats.iter().map(model).collect::<Result<Vec<_>>>()?;
        let case = json!({
            "base": model(&models.base)?,
            "target": models.target.as_ref().map(model).transpose()?,
            "chats": chats,
            "out": out.map(|name| format!("out/{name}")).collect::<Vec<_>>(),
            "recipe": recipe,
            "actions": actions,
        });
        let path = self.folder.join(FOR_PYTHON);
        Ok(fs::write(path, format!("{case:#}\n"))?)
    }

    /// Keeps what the page looked like when a test failed.
    async fn take_picture(&self) {
        let _ = self.keep_picture("failed").await;
    }

    /// Keeps what the page looks like.
    pub async fn keep_picture(&self, name: &str) -> Result<()> {
        let picture = self.page.client.screenshot().await?;
        Ok(fs::write(self.folder.join(format!("{name}.png")), picture)?)
    }
}

/// What all files of the models hold, large ones aside.
fn contents(models: &Models) -> Result<Vec<Option<Vec<u8>>>> {
    const LARGE: u64 = 1 << 30;
    let all = std::iter::once(&models.base)
        .chain(&models.target)
        .chain(&models.chats);
    all.flat_map(|model| &model.files)
        .map(|file| {
            let small = fs::metadata(file)?.len() < LARGE;
            Ok(small.then(|| fs::read(file)).transpose()?)
        })
        .collect()
}
