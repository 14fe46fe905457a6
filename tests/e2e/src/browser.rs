//! One fresh browser per test, and what WebDriver can do beyond what fantoccini offers.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};
use fantoccini::elements::ElementRef;
use fantoccini::wd::{Capabilities, WebDriverCompatibleCommand};
use fantoccini::{Client, ClientBuilder};
use http::Method;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use url::{ParseError, Url};

use crate::driver::Driver;

/// The folder in a case's folder where downloads go.
pub const DOWNLOADS: &str = "out";
const NETWORK_LOG: &str = "network.json";
/// What browsers ask pages for, whatever the machine speaks. (WebKit's asks for what its driver's
/// environment says.)
const ENGLISH: &str = "en-US,en";

/// The engines that the page is tested in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Chromium,
    Firefox,
    Webkit,
}

impl Engine {
    /// Whether merges go through the browser's private disk (OPFS); otherwise they are Blobs.
    #[must_use]
    pub fn has_private_disk(self) -> bool {
        self != Self::Webkit
    }

    /// For tests of dark colours. WebKit's driver can't ask for them; they are the same everywhere.
    #[must_use]
    pub fn dark(self) -> Habit {
        match self {
            Self::Webkit => Habit::Plain,
            Self::Chromium | Self::Firefox => Habit::LikesTheDark,
        }
    }
}

/// What a browser does beside the usual.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Habit {
    Plain,
    /// Gives each page's host so many bytes of private disk and no more.
    HasRoom(u64),
    /// The question before a page is left is for the test to answer. Chromium only.
    AsksBeforeLeaving,
    /// Keeps a log for [`requested`]. Chromium only.
    LogsNetwork,
    /// Asks pages for dark colours. Chromium and Firefox only.
    LikesTheDark,
    /// Asks pages for other languages than English, as `Accept-Language` has them. Chromium and
    /// Firefox only.
    Reads(&'static str),
}

/// What `cargo xtask test e2e` hands to the tests.
pub struct Handed {
    /// Where the page is served.
    pub page: String,
    /// Where a copy of the page is served in which faults can be made.
    pub faulty_page: String,
    pub engine: Engine,
    /// One for each test that runs at the same time.
    pub drivers: Vec<Driver>,
    /// The capabilities that a browser is started with.
    capabilities: PathBuf,
    /// Where each case has its folder.
    pub cases: PathBuf,
    /// The built site.
    pub site: PathBuf,
    /// The build tool, which can serve a site.
    pub xtask: PathBuf,
}

impl Handed {
    /// Reads it from the environment.
    ///
    /// # Errors
    /// When a variable is not set: these tests never skip.
    pub fn read() -> Result<Self> {
        let get = |name: &str| {
            let value = std::env::var(name).ok().filter(|value| !value.is_empty());
            value.with_context(|| {
                format!(
                    "{name} is not set: run `cargo xtask test e2e`, which builds and serves the \
                     page and starts the browser's driver"
                )
            })
        };
        let engine = match &*get("E2E_BROWSER")? {
            "chromium" => Engine::Chromium,
            "firefox" => Engine::Firefox,
            "webkit" => Engine::Webkit,
            other => bail!("E2E_BROWSER is {other}, which is no browser"),
        };
        Ok(Self {
            page: get("E2E_URL")?,
            faulty_page: get("E2E_FAULTY_URL")?,
            engine,
            drivers: serde_json::from_str(&get("E2E_DRIVERS")?)?,
            capabilities: get("WEBDRIVER_JSON")?.into(),
            cases: get("E2E_OUT")?.into(),
            site: get("E2E_SITE")?.into(),
            xtask: get("E2E_XTASK")?.into(),
        })
    }

    /// Starts a browser that saves downloads in a case's folder.
    pub async fn start_browser(
        &self,
        driver: &Driver,
        folder: &Path,
        habit: Habit,
    ) -> Result<Client> {
        let text = fs::read_to_string(&self.capabilities)
            .with_context(|| format!("could not read {}", self.capabilities.display()))?;
        let mut capabilities: Capabilities = serde_json::from_str(&text)?;
        let downloads = folder.join(DOWNLOADS);
        match self.engine {
            Engine::Chromium => {
                capabilities["goog:chromeOptions"]["prefs"] = json!({
                    "download.default_directory": downloads,
                    "download.prompt_for_download": false,
                    "intl.accept_languages": ENGLISH,
                    "profile.default_content_setting_values.automatic_downloads": 1,
                });
            }
            Engine::Firefox => {
                capabilities["moz:firefoxOptions"]["prefs"] = json!({
                    "browser.download.dir": downloads,
                    "browser.download.folderList": 2,
                    "browser.download.alwaysOpenPanel": false,
                    "intl.accept_languages": ENGLISH,
                });
            }
            // As the desktop's settings say, which it reads when it starts.
            Engine::Webkit => {
                fs::create_dir_all(&downloads)?;
                fs::create_dir_all(&driver.config)?;
                let setting = format!("XDG_DOWNLOAD_DIR=\"{}\"\n", downloads.display());
                fs::write(driver.config.join("user-dirs.dirs"), setting)?;
            }
        }
        match (habit, self.engine) {
            (Habit::Plain, _) | (Habit::HasRoom(_), Engine::Chromium) => {}
            (Habit::HasRoom(bytes), Engine::Firefox) => {
                let limit = &mut capabilities["moz:firefoxOptions"]["prefs"];
                limit["dom.quotaManager.temporaryStorage.fixedLimit"] = (bytes >> 10).into();
            }
            (Habit::Reads(languages), Engine::Chromium) => {
                let prefs = &mut capabilities["goog:chromeOptions"]["prefs"];
                prefs["intl.accept_languages"] = languages.into();
            }
            (Habit::Reads(languages), Engine::Firefox) => {
                let prefs = &mut capabilities["moz:firefoxOptions"]["prefs"];
                prefs["intl.accept_languages"] = languages.into();
            }
            (Habit::LikesTheDark, Engine::Chromium) => {
                let dark = "--blink-settings=preferredColorScheme=0";
                let args = capabilities["goog:chromeOptions"]["args"].as_array_mut();
                args.context("no arguments")?.push(dark.into());
            }
            (Habit::LikesTheDark, Engine::Firefox) => {
                let prefs = &mut capabilities["moz:firefoxOptions"]["prefs"];
                prefs["layout.css.prefers-color-scheme.content-override"] = 0.into();
            }
            (Habit::AsksBeforeLeaving, Engine::Chromium) => {
                capabilities.insert("webSocketUrl".into(), true.into());
                let answers = json!({ "beforeUnload": "ignore", "default": "dismiss and notify" });
                capabilities.insert("unhandledPromptBehavior".into(), answers);
            }
            (Habit::LogsNetwork, Engine::Chromium) => {
                let log = format!("--log-net-log={}", folder.join(NETWORK_LOG).display());
                let args = capabilities["goog:chromeOptions"]["args"].as_array_mut();
                args.context("no arguments")?.push(log.into());
            }
            (habit, engine) => bail!("{engine:?}'s driver can't do what {habit:?} needs"),
        }
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&driver.url)
            .await
            .with_context(|| format!("no browser could be started at {}", driver.url))?;
        if let (Habit::HasRoom(bytes), Engine::Chromium) = (habit, self.engine) {
            limit_private_disk(&client, &self.page, bytes).await?;
        }
        Ok(client)
    }
}

/// The role or the label of an element, as a screen reader would say it.
pub async fn computed(client: &Client, what: &str, element: &ElementRef) -> Result<String> {
    let path = format!("element/{}/computed{what}", element.as_ref());
    let answer = client.issue_cmd(Command::get(path)).await?;
    Ok(answer.as_str().unwrap_or_default().to_owned())
}

/// Gives the page's origin so many bytes of private disk and no more.
async fn limit_private_disk(client: &Client, page: &str, bytes: u64) -> Result<()> {
    let origin = Url::parse(page)?.origin().ascii_serialization();
    let limit = json!({ "origin": origin, "quotaSize": bytes });
    devtools(client, "Storage.overrideQuotaForOrigin", limit).await?;
    Ok(())
}

/// Gives Chromium a command of its DevTools protocol, and returns the answer.
pub async fn devtools(client: &Client, command: &str, params: Value) -> Result<Value> {
    let body = json!({ "cmd": command, "params": params });
    let path = "goog/cdp/execute".to_owned();
    Ok(client.issue_cmd(Command::post(path, body)).await?)
}

/// All that pages from `origin` and their workers have asked the network for, in order; the
/// browser that logged it is closed. What the browser asks for by itself is not among it.
pub fn requested(folder: &Path, origin: &str) -> Result<Vec<String>> {
    let log: Value = serde_json::from_slice(&fs::read(folder.join(NETWORK_LOG))?)?;
    let start = &log["constants"]["logEventTypes"]["URL_REQUEST_START_JOB"];
    ensure!(start.is_number(), "the log knows no requests");
    let events = log["events"].as_array().context("the log has no events")?;
    let requests = events.iter().filter(|event| event["type"] == *start);
    Ok(requests
        .map(|event| &event["params"])
        .filter(|request| request["initiator"] == origin)
        .filter_map(|request| request["url"].as_str().map(str::to_owned))
        .collect())
}

/// A command of the session that fantoccini has no method for.
#[derive(Debug)]
struct Command {
    method: Method,
    path: String,
    body: Option<Value>,
}

impl Command {
    fn get(path: String) -> Self {
        Self {
            method: Method::GET,
            path,
            body: None,
        }
    }

    fn post(path: String, body: Value) -> Self {
        Self {
            method: Method::POST,
            path,
            body: Some(body),
        }
    }
}

impl WebDriverCompatibleCommand for Command {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        let session = session.unwrap_or_default();
        base.join(&format!("session/{session}/{}", self.path))
    }

    fn method_and_body(&self, _url: &Url) -> (Method, Option<String>) {
        let body = self.body.as_ref().map(Value::to_string);
        (self.method.clone(), body)
    }
}
