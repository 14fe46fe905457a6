//! The step `e2e`: builds and serves the page, starts a browser's driver, and runs `tests/e2e`.

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::{Context as _, Result, ensure};
use serde_json::json;

use crate::browser::{Driver, Engine};
use crate::server::Server;
use crate::{paths, process, site, tools};

/// The path that the tests meet the page under: relative URLs must do.
const PREFIX: &str = "/sub/path/";

/// Test files that need what only some browsers have, or need no more than one browser; all other
/// files run in each.
const NEEDS: [(&str, Needs); 7] = [
    // What only Chromium's driver can do.
    ("chromium", is_chromium),
    // What the core says, shown as everything else that it says: dozens of cases.
    ("hostile", is_chromium),
    ("problems", is_chromium),
    ("disk", Engine::has_private_disk),
    ("handles", Engine::has_private_disk),
    ("resume", Engine::has_private_disk),
    ("shards", Engine::has_private_disk),
];

type Needs = fn(Engine) -> bool;

fn is_chromium(engine: Engine) -> bool {
    engine == Engine::Chromium
}

/// Tests that run at the same time. Most of what a test does is to wait for its browser, which has
/// few things to do at once.
const AT_ONCE: usize = 2;

/// Runs the tests in a browser, all or those named, against a server and drivers of their own.
pub fn run(engine: Engine, only: &[String]) -> Result<()> {
    let browser = tools::browser(engine)?;
    site::build()?;
    site::build_package()?;
    let cases = cases(engine);
    make_empty(&cases)?;
    let server = Server::bind(0, PREFIX.parse()?)?;
    let faulty = Server::bind_for(faulty_site()?, 0, PREFIX.parse()?)?;
    let (url, faulty_url) = (server.url().to_owned(), faulty.url().to_owned());
    server.spawn()?;
    faulty.spawn()?;
    let at_once = thread::available_parallelism().map_or(1, |cores| cores.get().min(AT_ONCE));
    // One for each test: most drivers have one browser at a time.
    let mut drivers = Vec::new();
    for i in 1..=at_once {
        let name = format!("{}-{i}", engine.name());
        let config = paths::state().join("e2e-config").join(&name);
        let driver = Driver::start_with(&browser, &name, |driver| {
            driver.env("XDG_CONFIG_HOME", &config);
            // The tests read English, whatever the machine speaks; WebKit asks for its locale's
            // language.
            driver.env("LC_ALL", "en_US.UTF-8").env_remove("LANGUAGE");
        })?;
        drivers.push((driver, config));
    }
    let handed: Vec<_> = drivers
        .iter()
        .map(|(driver, config)| json!({ "url": driver.url(), "config": config }))
        .collect();

    let mut cargo = process::cargo(&["test", "--package", "e2e", "--no-fail-fast"]);
    for file in test_files(engine)? {
        cargo.args(["--test", &file]);
    }
    process::run(
        cargo
            .arg("--")
            .arg(format!("--test-threads={at_once}"))
            .args(only)
            .env("E2E_URL", url)
            .env("E2E_FAULTY_URL", faulty_url)
            .env("E2E_SITE", paths::dist())
            .env("E2E_XTASK", env::current_exe()?)
            .env("E2E_OUT", cases)
            .env("E2E_BROWSER", engine.name())
            .env("E2E_DRIVERS", json!(handed).to_string())
            .env("WEBDRIVER_JSON", browser.write_capabilities()?),
    )
}

/// Where the tests leave what they merged.
pub fn cases(engine: Engine) -> PathBuf {
    paths::target().join("e2e").join(engine.name())
}

/// The test files that run in a browser, by name.
fn test_files(engine: Engine) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(paths::root().join("tests/e2e/tests"))? {
        let path = entry?.path();
        let Some(name) = path.file_stem().and_then(|name| name.to_str()) else {
            continue;
        };
        let runs = NEEDS.iter().all(|(file, has)| *file != name || has(engine));
        if runs && path.extension().is_some_and(|extension| extension == "rs") {
            names.push(name.to_owned());
        }
    }
    names.sort();
    Ok(names)
}

/// A copy of the built page in which tests can make things fail: with `tests/e2e/faults/page.js`
/// in its page, and `worker.js` at the head of each worker's script. It comes without the service
/// worker, which would take none of that for the site's files.
fn faulty_site() -> Result<PathBuf> {
    let site = paths::state().join("faulty-site");
    make_empty(&site)?;
    copy_folder(&paths::dist(), &site)?;
    fs::remove_file(site.join("sw.js"))?;
    let faults = paths::root().join("tests/e2e/faults");
    let in_worker = fs::read_to_string(faults.join("worker.js"))?;
    for entry in fs::read_dir(site.join("assets"))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default();
        if name.to_string_lossy().contains("worker") {
            fs::write(&path, in_worker.clone() + &fs::read_to_string(&path)?)?;
        }
    }
    fs::copy(faults.join("page.js"), site.join("faults.js"))?;
    fs::copy(faults.join("narrow.html"), site.join("narrow.html"))?;
    let page = fs::read_to_string(site.join("index.html"))?;
    let script = "<head>\n    <script src=\"./faults.js\"></script>";
    ensure!(page.contains("<head>"), "the page has no head");
    fs::write(site.join("index.html"), page.replacen("<head>", script, 1))?;
    Ok(site)
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &to)?;
        } else {
            fs::copy(entry.path(), to)?;
        }
    }
    Ok(())
}

fn make_empty(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("could not empty {}", folder.display()))
        }
        _ => Ok(fs::create_dir_all(folder)?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_files_of_each_browser() {
        let chromium = test_files(Engine::Chromium).unwrap();
        for (file, _) in NEEDS {
            assert!(chromium.contains(&file.to_owned()), "there is no {file}.rs");
        }
        let webkit = test_files(Engine::Webkit).unwrap();
        assert!(webkit.contains(&"merge".to_owned()));
        assert!(!webkit.contains(&"resume".to_owned()));
    }
}
