//! Fresh browsers on the bench's page or on the real one.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use e2e::page::Page;
use e2e::tiny;
use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// What `cargo xtask bench` has built and started.
#[derive(Deserialize)]
pub struct Setup {
    /// URL of the real page.
    pub site: String,
    /// Its files.
    pub site_files: PathBuf,
    /// URL of the bench's page.
    pub page: String,
    pub browsers: Vec<Browser>,
    /// Where inputs and tables go.
    pub folder: PathBuf,
}

impl Setup {
    pub fn read() -> Result<Self> {
        let path = std::env::var("BENCH_SETUP")
            .context("BENCH_SETUP is not set: run `cargo xtask bench`, which builds the page and starts the browsers' drivers")?;
        let text = fs::read(&path).with_context(|| format!("could not read {path}"))?;
        Ok(serde_json::from_slice(&text)?)
    }
}

/// One of the browsers, by way of its driver.
#[derive(Clone, Deserialize)]
pub struct Browser {
    pub name: String,
    driver: String,
    /// The driver's process.
    pub pid: u32,
    capabilities: Value,
}

impl Browser {
    /// A fresh browser with an empty profile.
    async fn start(&self) -> Result<Client> {
        let mut capabilities: Capabilities = serde_json::from_value(self.capabilities.clone())?;
        // A merge of 29 GB takes its time.
        capabilities.insert("timeouts".to_owned(), json!({ "script": 7_200_000 }));
        ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&self.driver)
            .await
            .with_context(|| format!("{} could not be started", self.name))
    }

    /// On the bench's page, with files given to it.
    pub async fn bench(&self, setup: &Setup, files: &[PathBuf]) -> Result<BenchPage> {
        let client = self.start().await?;
        client.goto(&setup.page).await?;
        let input = client.find(Locator::Id("files")).await?;
        let paths: Vec<_> = files.iter().map(|file| file.to_string_lossy()).collect();
        if !paths.is_empty() {
            input.send_keys(&paths.join("\n")).await?;
        }
        Ok(BenchPage { client })
    }

    /// On the real page.
    pub async fn site(&self, setup: &Setup) -> Result<Page> {
        let client = self.start().await?;
        Page::open(client, &setup.site, setup.folder.join("downloads")).await
    }

    /// On the page to learn with, its tiny models loaded.
    pub async fn learn(&self, setup: &Setup) -> Result<Page> {
        let client = self.start().await?;
        client.goto(&format!("{}learn.html", setup.site)).await?;
        let page = Page {
            client,
            downloads: setup.folder.join("downloads"),
        };
        tiny::load(&page, LOADING).await?;
        Ok(page)
    }

    /// Anywhere, before a page is loaded.
    pub async fn blank(&self) -> Result<Client> {
        self.start().await
    }
}

/// The tiny models.
const LOADING: Duration = Duration::from_secs(60);
const COPY_TRIES: usize = 3;

/// The bench's page in its browser.
pub struct BenchPage {
    client: Client,
}

#[derive(Deserialize)]
struct Took {
    took: f64,
}

/// What a copy came to.
#[derive(Deserialize)]
pub struct Copied {
    took: f64,
    /// How often a stream had stalled and was opened anew.
    pub stalls: u32,
}

/// What a merge came to.
#[derive(Deserialize)]
pub struct Merged {
    took: f64,
    /// Bytes of wasm memory, which never shrinks.
    pub heap: f64,
    /// What was asked for of the result.
    pub samples: Vec<Sample>,
}

/// Bytes of a merged tensor, from one of its elements on.
#[derive(Deserialize)]
pub struct Sample {
    pub tensor: String,
    pub first: u64,
    base64: String,
}

impl Sample {
    pub fn bytes(&self) -> Result<Vec<u8>> {
        Ok(BASE64_STANDARD.decode(&self.base64)?)
    }
}

impl Took {
    fn seconds(&self) -> f64 {
        self.took / 1000.0
    }
}

impl Copied {
    pub fn seconds(&self) -> f64 {
        self.took / 1000.0
    }
}

impl Merged {
    pub fn seconds(&self) -> f64 {
        self.took / 1000.0
    }
}

impl BenchPage {
    /// Calls one of the functions in `www/bench/bench.ts`.
    async fn call<T: DeserializeOwned>(&self, function: &str, argument: Value) -> Result<T> {
        let script = format!(
            "const [argument, done] = arguments;
             Promise.resolve(argument).then(window.bench.{function}).then(
               (value) => done({{ value }}),
               (error) => done({{ error: String(error) }}),
             );"
        );
        let answer = self.client.execute_async(&script, vec![argument]).await?;
        if !answer["error"].is_null() {
            bail!("{function}: {}", answer["error"]);
        }
        Ok(serde_json::from_value(answer["value"].clone())?)
    }

    /// The plain ways to read a File.
    pub async fn ways(&self) -> Result<Vec<String>> {
        self.call("ways", Value::Null).await
    }

    /// A copy without arithmetic. Streams that were seen to stall have a watchdog; a copy that is
    /// silent all the same is told and made anew.
    pub async fn copy(&self, task: Value) -> Result<Copied> {
        for _ in 0..COPY_TRIES {
            match self.call::<Copied>("copy", task.clone()).await {
                Err(error) if error.to_string().contains("stalled") => {
                    eprintln!("  a copy has stalled and is made anew");
                }
                Ok(copied) => {
                    if copied.stalls > 0 {
                        eprintln!("  a copy has stalled {} times", copied.stalls);
                    }
                    return Ok(copied);
                }
                error => return error,
            }
        }
        bail!("{COPY_TRIES} copies have stalled in a row")
    }

    /// Our reader alone.
    pub async fn read(&self, names: &[String]) -> Result<f64> {
        Ok(self.call::<Took>("read", json!(names)).await?.seconds())
    }

    /// Our kernels alone.
    pub async fn kernel(&self, task: Value) -> Result<f64> {
        Ok(self.call::<Took>("kernel", task).await?.seconds())
    }

    /// A merge by the page's own worker.
    pub async fn merge(&self, task: Value) -> Result<Merged> {
        self.call("merge", task).await
    }

    /// Gives the space of merged files back.
    pub async fn clean(&self) -> Result<()> {
        self.call("clean", Value::Null).await
    }

    pub async fn close(self) -> Result<()> {
        Ok(self.client.close().await?)
    }
}

/// The name of a file without its folders.
pub fn name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}
