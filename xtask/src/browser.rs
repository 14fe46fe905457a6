//! Driving browsers: their options, their drivers, and wasm tests inside them.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::Write as _;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};

use crate::tools::{Browser, Firefox};
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

/// What Chromium is started with.
pub fn chromium_capabilities(browser: &Browser) -> Value {
    json!({
        "goog:chromeOptions": { "binary": browser.chromium, "args": CHROMIUM_ARGS },
    })
}

/// What Firefox is started with.
pub fn firefox_capabilities(browser: &Firefox) -> Value {
    json!({
        "moz:firefoxOptions": { "binary": browser.firefox, "args": ["-headless"] },
    })
}

/// Writes the WebDriver capabilities of Chromium to a file and returns its path.
pub fn write_capabilities(browser: &Browser) -> Result<PathBuf> {
    let capabilities = chromium_capabilities(browser);
    let path = paths::state().join("webdriver.json");
    fs::create_dir_all(paths::state())?;
    fs::write(&path, format!("{capabilities:#}\n"))
        .with_context(|| format!("could not write {}", path.display()))?;
    Ok(path)
}

/// A running chromedriver or geckodriver; stopped, with its browsers, when dropped.
pub struct Driver {
    child: Child,
    port: u16,
}

impl Driver {
    pub fn start(program: &Path) -> Result<Self> {
        let name = program.file_stem().unwrap_or_default().to_string_lossy();
        let log_path = paths::state().join(format!("{name}.log"));
        fs::create_dir_all(paths::state())?;
        let log = File::create(&log_path)?;
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?
            .local_addr()?
            .port();
        let child = process::command(program)
            .arg(format!("--port={port}"))
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .with_context(|| format!("could not start {}", program.display()))?;
        let mut driver = Self { child, port };
        let start = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            if let Some(status) = driver.child.try_wait()? {
                bail!("{name} ended ({status}), see {}", log_path.display());
            }
            if start.elapsed() > DRIVER_START {
                bail!("{name} did not start, see {}", log_path.display());
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

    /// Asks the driver to close its browsers and end.
    fn shut_down(&mut self) -> std::io::Result<()> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))?;
        write!(stream, "GET /shutdown HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")?;
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

/// Makes a `cargo test` for the wasm target run in the browser, by way of [`run_wasm_tests`].
pub fn test_in_browser(cargo: &mut Command, browser: &Browser) -> Result<()> {
    let runner = json!([std::env::current_exe()?, "wasm-test-runner"]);
    cargo
        .arg("--config")
        .arg(format!("target.{}.runner={runner}", crate::wasm::TARGET))
        .env("CHROMEDRIVER", &browser.chromedriver)
        .env(
            "WASM_BINDGEN_TEST_WEBDRIVER_JSON",
            write_capabilities(browser)?,
        )
        // Where the page runs the library too; a test file may choose otherwise.
        .env("WASM_BINDGEN_USE_DEDICATED_WORKER", "1")
        .env("WASM_BINDGEN_TEST_DRIVER_TIMEOUT", "30")
        .env("WASM_BINDGEN_TEST_TIMEOUT", "300");
    // The runner prefers these to CHROMEDRIVER.
    for other in [
        "GECKODRIVER",
        "SAFARIDRIVER",
        "GECKODRIVER_REMOTE",
        "SAFARIDRIVER_REMOTE",
        "CHROMEDRIVER_REMOTE",
        "MSEDGEDRIVER_REMOTE",
        "NO_HEADLESS",
    ] {
        cargo.env_remove(other);
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
