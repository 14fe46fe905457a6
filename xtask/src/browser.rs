//! Driving browsers: their options, their drivers, and wasm tests inside them.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use clap::ValueEnum;
use serde_json::{Value, json};

use crate::{paths, process};

/// Works as root and without a GPU, and keeps off the network.
const CHROMIUM_ARGS: &[&str] = &[
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

const DRIVER_START: Duration = Duration::from_secs(30);
const DRIVER_STOP: Duration = Duration::from_secs(10);

/// The engines that the page is tested in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Engine {
    Chromium,
    Firefox,
    /// WebKitGTK's MiniBrowser
    Webkit,
}

impl Engine {
    pub fn name(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
            Self::Webkit => "webkit",
        }
    }

    /// Whether pages have a private disk (OPFS) that they can write to. Stock MiniBrowser has none.
    pub fn has_private_disk(self) -> bool {
        self != Self::Webkit
    }

    /// Whether Files can be read as byte streams into buffers of the reader's own (BYOB).
    pub fn has_byte_streams(self) -> bool {
        self != Self::Webkit
    }

    /// Where the wasm test runner looks for the driver.
    fn driver_variable(self) -> &'static str {
        match self {
            Self::Chromium => "CHROMEDRIVER",
            Self::Firefox => "GECKODRIVER",
            Self::Webkit => "SAFARIDRIVER",
        }
    }
}

/// An installed browser with its driver.
pub struct Browser {
    pub engine: Engine,
    /// Unless its driver knows where it is.
    pub program: Option<PathBuf>,
    pub driver: PathBuf,
    /// The X server of a browser that can't do without; see [`Display`].
    pub x_server: Option<PathBuf>,
}

impl Browser {
    /// What it is started with.
    pub fn capabilities(&self) -> Value {
        let binary = &self.program;
        match self.engine {
            Engine::Chromium => json!({
                "goog:chromeOptions": { "binary": binary, "args": CHROMIUM_ARGS },
            }),
            Engine::Firefox => json!({
                "moz:firefoxOptions": { "binary": binary, "args": ["-headless"] },
            }),
            Engine::Webkit => json!({}),
        }
    }

    /// Writes its WebDriver capabilities to a file and returns its path.
    pub fn write_capabilities(&self) -> Result<PathBuf> {
        let name = format!("webdriver-{}.json", self.engine.name());
        let path = paths::state().join(name);
        fs::create_dir_all(paths::state())?;
        fs::write(&path, format!("{:#}\n", self.capabilities()))
            .with_context(|| format!("could not write {}", path.display()))?;
        Ok(path)
    }

    /// Starts the screen that it needs.
    pub fn display(&self) -> Result<Option<Display>> {
        self.x_server.as_deref().map(Display::start).transpose()
    }
}

/// A screen in memory, for the browser that has no headless mode; gone when dropped.
pub struct Display {
    server: Child,
    name: String,
}

impl Display {
    fn start(program: &Path) -> Result<Self> {
        let mut server = process::command(program)
            .args(["-displayfd", "1", "-screen", "0", "1280x1024x24"])
            .args(["-nolisten", "tcp"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("could not start {}", program.display()))?;
        // It picks a free number and says it once it is ready.
        let mut number = String::new();
        if let Some(stdout) = server.stdout.take() {
            BufReader::new(stdout).read_line(&mut number)?;
        }
        let name = format!(":{}", number.trim());
        let display = Self { server, name };
        ensure!(
            !number.trim().is_empty(),
            "{} did not start",
            program.display()
        );
        Ok(display)
    }

    /// Lets what a command starts show its windows here.
    pub fn lend(&self, command: &mut Command) {
        command.env("DISPLAY", &self.name).env("GDK_BACKEND", "x11");
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// A running driver; stopped, with its browsers, when dropped.
pub struct Driver {
    engine: Engine,
    child: Child,
    port: u16,
    /// Outlives the browsers on it.
    _display: Option<Display>,
}

impl Driver {
    pub fn start(browser: &Browser) -> Result<Self> {
        Self::start_with(browser, browser.engine.name(), |_| {})
    }

    /// The same, once `prepare` has had its way with the driver's command; its log is named after it.
    pub fn start_with(
        browser: &Browser,
        name: &str,
        prepare: impl FnOnce(&mut Command),
    ) -> Result<Self> {
        let program = &browser.driver;
        let log_path = paths::state().join(format!("driver-{name}.log"));
        fs::create_dir_all(paths::state())?;
        let log = File::create(&log_path)?;
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?
            .local_addr()?
            .port();
        let display = browser.display()?;
        let mut command = process::command(program);
        command.arg(format!("--port={port}"));
        command.stdout(log.try_clone()?).stderr(log);
        if let Some(display) = &display {
            display.lend(&mut command);
        }
        prepare(&mut command);
        let child = command
            .spawn()
            .with_context(|| format!("could not start {}", program.display()))?;
        let mut driver = Self {
            engine: browser.engine,
            child,
            port,
            _display: display,
        };
        let start = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            if let Some(status) = driver.child.try_wait()? {
                bail!(
                    "the driver of {name} ended ({status}), see {}",
                    log_path.display()
                );
            }
            if start.elapsed() > DRIVER_START {
                bail!(
                    "the driver of {name} did not start, see {}",
                    log_path.display()
                );
            }
            thread::sleep(Duration::from_millis(50));
        }
        Ok(driver)
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The driver's process; its browsers descend from it.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Asks the driver to close its browsers and end: Chromium's by its own command, the others as
    /// systems do.
    fn shut_down(&mut self) -> std::io::Result<()> {
        if self.engine == Engine::Chromium {
            let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))?;
            write!(stream, "GET /shutdown HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")?;
        } else if cfg!(unix) {
            process::command("kill")
                .arg(self.pid().to_string())
                .status()?;
        }
        let start = Instant::now();
        while self.child.try_wait()?.is_none() && start.elapsed() < DRIVER_STOP {
            thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.shut_down();
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Where a wasm test runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Page,
    /// Where the page runs the library.
    Worker,
}

impl Place {
    pub fn name(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Worker => "worker",
        }
    }
}

/// Makes a `cargo test` for the wasm target run in the browser, by way of [`run_wasm_tests`].
pub fn test_in_browser(cargo: &mut Command, browser: &Browser, place: Place) -> Result<()> {
    let runner = json!([std::env::current_exe()?, "wasm-test-runner"]);
    // The runner would prefer some of these to the driver that it is to take.
    for other in [
        "CHROMEDRIVER",
        "GECKODRIVER",
        "SAFARIDRIVER",
        "CHROMEDRIVER_REMOTE",
        "GECKODRIVER_REMOTE",
        "SAFARIDRIVER_REMOTE",
        "MSEDGEDRIVER_REMOTE",
        "NO_HEADLESS",
        "WASM_BINDGEN_USE_BROWSER",
        "WASM_BINDGEN_USE_DEDICATED_WORKER",
    ] {
        cargo.env_remove(other);
    }
    let place = match place {
        Place::Page => "WASM_BINDGEN_USE_BROWSER",
        Place::Worker => "WASM_BINDGEN_USE_DEDICATED_WORKER",
    };
    cargo
        .arg("--config")
        .arg(format!("target.{}.runner={runner}", crate::wasm::TARGET))
        .env(browser.engine.driver_variable(), &browser.driver)
        .env(
            "WASM_BINDGEN_TEST_WEBDRIVER_JSON",
            browser.write_capabilities()?,
        )
        .env(place, "1")
        .env("WASM_BINDGEN_TEST_DRIVER_TIMEOUT", "30")
        .env("WASM_BINDGEN_TEST_TIMEOUT", "300");
    if browser.engine == Engine::Webkit {
        // WebKitGTK 2.50 miscompiles, or lets code run that is not whole yet, about once in some
        // hundred fresh unoptimised modules that go from its first to its best compiler: wrong
        // numbers, traps. It was not seen in 850 where nothing is compiled in the background.
        cargo.env("JSC_useConcurrentJIT", "0");
    }
    Ok(())
}

/// Runs a wasm test binary as wasm-bindgen-test-runner does, in this program so that its version
/// is always that of the bindings.
pub fn run_wasm_tests(args: Vec<OsString>) -> Result<()> {
    let program = OsString::from("wasm-test-runner");
    wasm_bindgen_cli::wasm_bindgen_test_runner::run_cli_with_args(
        std::iter::once(program).chain(args),
    )
}
