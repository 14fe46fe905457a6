//! Finding the programs that cargo does not bring, or naming what to install.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::browser::{Browser, Engine};
use crate::{paths, process};

/// Debian has no package of it; crates.io has.
const GECKODRIVER_VERSION: &str = "0.37.1";
const CARGO_FUZZ_VERSION: &str = "0.13.2";

/// A program, as a person names it, and where it is looked for.
struct Program {
    title: &'static str,
    variable: &'static str,
    names: &'static [&'static str],
}

const CHROMIUM: Program = Program {
    title: "Chromium",
    variable: "CHROMIUM",
    names: &["chromium", "chromium-browser", "google-chrome"],
};
const CHROMEDRIVER: Program = Program {
    title: "Chromium's driver (chromedriver)",
    variable: "CHROMEDRIVER",
    names: &["chromedriver"],
};
const FIREFOX: Program = Program {
    title: "Firefox",
    variable: "FIREFOX",
    names: &["firefox", "firefox-esr"],
};
const GECKODRIVER: Program = Program {
    title: "Firefox's driver (geckodriver)",
    variable: "GECKODRIVER",
    names: &["geckodriver"],
};
const WEBKIT_DRIVER: Program = Program {
    title: "WebKitGTK's driver (WebKitWebDriver)",
    variable: "WEBKITWEBDRIVER",
    names: &["WebKitWebDriver"],
};
const XVFB: Program = Program {
    title: "an X server in memory (Xvfb)",
    variable: "XVFB",
    names: &["Xvfb"],
};

/// Finds a browser and its driver. Firefox's driver is compiled if it is not there.
pub fn browser(engine: Engine) -> Result<Browser> {
    let value = |variable: &str| env::var_os(variable);
    let mut browser = find_browser(engine, value, env::var_os("PATH").as_deref())?;
    if browser.driver.as_os_str().is_empty() {
        browser.driver = install("geckodriver", GECKODRIVER_VERSION)?;
    }
    Ok(browser)
}

/// The same; the path of a driver to compile is empty.
fn find_browser(
    engine: Engine,
    value: impl Fn(&str) -> Option<OsString>,
    path: Option<&OsStr>,
) -> Result<Browser> {
    let find = |program: &Program| {
        let named = value(program.variable);
        named_or_on_path(program.variable, named.as_deref(), program.names, path)
    };
    let (program, driver, x_server, install) = match engine {
        Engine::Chromium => (
            Some(&CHROMIUM),
            &CHROMEDRIVER,
            None,
            "apt-get install chromium chromium-driver; elsewhere install Chromium or Chrome and \
             the chromedriver of the same version",
        ),
        Engine::Firefox => (
            Some(&FIREFOX),
            &GECKODRIVER,
            None,
            "apt-get install firefox-esr; elsewhere install Firefox",
        ),
        Engine::Webkit => (
            None,
            &WEBKIT_DRIVER,
            Some(&XVFB),
            "apt-get install webkit2gtk-driver xvfb; where there is no WebKitGTK, leave it out: \
             cargo xtask test --browser chromium --browser firefox",
        ),
    };
    let mut missing = Vec::new();
    let mut need = |program: &Program| -> Result<PathBuf> {
        let found = find(program)?;
        let compiled = program.variable == GECKODRIVER.variable;
        if found.is_none() && !compiled {
            missing.push(format!("{}, nor in {}", program.title, program.variable));
        }
        Ok(found.unwrap_or_default())
    };
    let browser = Browser {
        engine,
        program: program.map(&mut need).transpose()?,
        driver: need(driver)?,
        x_server: x_server.map(need).transpose()?,
    };
    if !missing.is_empty() {
        let missing = missing.join("; ");
        bail!("not found on the PATH: {missing}. On Debian: {install}");
    }
    Ok(browser)
}

/// `cargo fuzz`, compiled if it is not there.
pub fn cargo_fuzz() -> Result<PathBuf> {
    install("cargo-fuzz", CARGO_FUZZ_VERSION)
}

/// A program of crates.io in this version, which it keeps for itself.
fn install(package: &str, version: &str) -> Result<PathBuf> {
    let root = paths::state().join(package);
    let program = root.join("bin").join(package);
    let program = program.with_extension(env::consts::EXE_EXTENSION);
    if !program.is_file() {
        process::say(format_args!(
            "compiling {package} (cargo install {package})"
        ));
        process::run(
            process::cargo(&["install", package, "--locked", "--quiet"])
                .args(["--version", version])
                .arg("--root")
                .arg(&root),
        )?;
    }
    Ok(program)
}

/// What the variable names, else the first of `names` on the PATH.
fn named_or_on_path(
    variable: &str,
    value: Option<&OsStr>,
    names: &[&str],
    path: Option<&OsStr>,
) -> Result<Option<PathBuf>> {
    match value.filter(|value| !value.is_empty()) {
        Some(value) if Path::new(value).is_file() => Ok(Some(value.into())),
        Some(value) => bail!("{variable} is set to {}, which is no file", value.display()),
        None => Ok(on_path(names, path)),
    }
}

fn on_path(names: &[&str], path: Option<&OsStr>) -> Option<PathBuf> {
    let dirs: Vec<PathBuf> = env::split_paths(path?).collect();
    names
        .iter()
        .flat_map(|name| dirs.iter().map(move |dir| dir.join(name)))
        .map(|program| program.with_extension(env::consts::EXE_EXTENSION))
        .find(|program| program.is_file())
}

/// The oldest Node.js releases that the page's build tools run on, by major version.
const NODE_SINCE: &[(u32, u32)] = &[(20, 19), (22, 12)];

/// An error unless Node.js is there and new enough.
pub fn check_node() -> Result<()> {
    let wanted = "install Node.js 20.19, 22.12 or newer, with npm";
    let Ok(version) = process::output(process::command("node").arg("--version")) else {
        bail!("Node.js (node) was not found on the PATH; {wanted}");
    };
    if !node_is_supported(&version) {
        bail!("Node.js {version} is too old; {wanted}");
    }
    Ok(())
}

fn node_is_supported(version: &str) -> bool {
    let mut numbers = version.trim_start_matches('v').split('.').map(str::parse);
    let (Some(Ok(major)), Some(Ok(minor))) = (numbers.next(), numbers.next()) else {
        return false;
    };
    NODE_SINCE.contains(&(major, minor))
        || NODE_SINCE
            .iter()
            .any(|&since| since.0 == major && since.1 < minor)
        || NODE_SINCE.last().is_some_and(|&since| since.0 < major)
}

/// npm's name as a program: on Windows it is a script, which must be called by its full name.
pub const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn dir_with(programs: &[&str]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for program in programs {
            let path = dir.path().join(program);
            fs::write(path.with_extension(env::consts::EXE_EXTENSION), "").unwrap();
        }
        dir
    }

    fn find(engine: Engine, path: &[&Path]) -> Result<Browser> {
        let path = env::join_paths(path).unwrap();
        find_browser(engine, |_| None, Some(&path))
    }

    #[test]
    fn finds_programs_on_the_path() {
        let first = dir_with(&["google-chrome", "Xvfb", "firefox"]);
        let second = dir_with(&["chromium", "chromedriver", "WebKitWebDriver"]);
        let path = [first.path(), second.path()];
        let chromium = find(Engine::Chromium, &path).unwrap();
        assert!(chromium.program.unwrap().starts_with(second.path()));
        assert!(chromium.driver.starts_with(second.path()));
        let webkit = find(Engine::Webkit, &path).unwrap();
        assert_eq!(webkit.program, None);
        assert!(webkit.driver.starts_with(second.path()));
        assert!(webkit.x_server.unwrap().starts_with(first.path()));
        // Its driver is still to be compiled.
        let firefox = find(Engine::Firefox, &path).unwrap();
        assert!(firefox.program.unwrap().starts_with(first.path()));
        assert_eq!(firefox.driver, Path::new(""));
    }

    #[test]
    fn a_variable_goes_before_the_path() {
        let named = dir_with(&["my-chromium"]);
        let program = named.path().join("my-chromium");
        let program = program.with_extension(env::consts::EXE_EXTENSION);
        let on_path = dir_with(&["chromium", "chromedriver"]);
        let value = |variable: &str| {
            Some(match variable {
                "CHROMIUM" => program.clone().into_os_string(),
                _ => OsString::new(),
            })
        };
        let path = Some(on_path.path().as_os_str());
        let found = find_browser(Engine::Chromium, value, path).unwrap();
        assert_eq!(found.program, Some(program.clone()));
        assert!(found.driver.starts_with(on_path.path()));

        let value = |_: &str| Some("/no/such/program".into());
        let Err(error) = find_browser(Engine::Chromium, value, path) else {
            panic!("it took a program that is not there")
        };
        assert_eq!(
            error.to_string(),
            "CHROMIUM is set to /no/such/program, which is no file"
        );
    }

    #[test]
    fn names_what_is_missing() {
        let message = |engine, path: &[&Path]| match find(engine, path) {
            Ok(_) => String::new(),
            Err(error) => error.to_string(),
        };
        let driver = dir_with(&["chromedriver", "Xvfb"]);
        let both = message(Engine::Chromium, &[]);
        assert!(both.starts_with(
            "not found on the PATH: Chromium, nor in CHROMIUM; Chromium's driver (chromedriver), \
             nor in CHROMEDRIVER. On Debian: apt-get install chromium chromium-driver"
        ));
        let one = message(Engine::Chromium, &[driver.path()]);
        assert!(one.starts_with("not found on the PATH: Chromium, nor in CHROMIUM. On"));
        let firefox = message(Engine::Firefox, &[]);
        assert!(
            firefox.ends_with("On Debian: apt-get install firefox-esr; elsewhere install Firefox")
        );
        let webkit = message(Engine::Webkit, &[driver.path()]);
        assert!(webkit.contains("(WebKitWebDriver), nor in WEBKITWEBDRIVER. On Debian: apt-get install webkit2gtk-driver xvfb;"));
    }

    #[test]
    fn knows_which_node_is_new_enough() {
        for version in ["v20.19.0", "v20.20.2", "v22.12.0", "v23.0.0", "v24.1.0"] {
            assert!(node_is_supported(version), "{version}");
        }
        for version in ["v18.20.4", "v20.18.9", "v21.7.0", "v22.11.0", "", "node"] {
            assert!(!node_is_supported(version), "{version}");
        }
    }
}
