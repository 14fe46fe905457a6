//! Finding the programs that cargo does not bring, or naming what to install.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::{paths, process};

const CHROMIUM_NAMES: &[&str] = &["chromium", "chromium-browser", "google-chrome"];
const CHROMEDRIVER_NAMES: &[&str] = &["chromedriver"];
const FIREFOX_NAMES: &[&str] = &["firefox", "firefox-esr"];
const GECKODRIVER_NAMES: &[&str] = &["geckodriver"];
/// Debian has no package of it; crates.io has.
const GECKODRIVER_VERSION: &str = "0.37.1";
const CARGO_FUZZ_VERSION: &str = "0.13.2";

/// Chromium and its driver.
pub struct Browser {
    pub chromium: PathBuf,
    pub chromedriver: PathBuf,
}

pub fn browser() -> Result<Browser> {
    find_browser(
        env::var_os("CHROMIUM").as_deref(),
        env::var_os("CHROMEDRIVER").as_deref(),
        env::var_os("PATH").as_deref(),
    )
}

fn find_browser(
    chromium: Option<&OsStr>,
    chromedriver: Option<&OsStr>,
    path: Option<&OsStr>,
) -> Result<Browser> {
    let chromium = named_or_on_path("CHROMIUM", chromium, CHROMIUM_NAMES, path)?;
    let chromedriver = named_or_on_path("CHROMEDRIVER", chromedriver, CHROMEDRIVER_NAMES, path)?;
    let (missing, variables) = match (chromium, chromedriver) {
        (Some(chromium), Some(chromedriver)) => {
            return Ok(Browser {
                chromium,
                chromedriver,
            });
        }
        (None, Some(_)) => ("Chromium was", "CHROMIUM"),
        (Some(_), None) => ("Chromium's driver (chromedriver) was", "CHROMEDRIVER"),
        (None, None) => (
            "Chromium and its driver (chromedriver) were",
            "CHROMIUM and CHROMEDRIVER",
        ),
    };
    bail!(
        "{missing} not found on the PATH nor in {variables}; on Debian: \
         apt-get install chromium chromium-driver; elsewhere install Chromium or Chrome and the \
         chromedriver of the same version, and name the programs in CHROMIUM and CHROMEDRIVER"
    )
}

/// Firefox and its driver.
pub struct Firefox {
    pub firefox: PathBuf,
    pub geckodriver: PathBuf,
}

/// Finds Firefox, and its driver, which is compiled if it is not there.
pub fn firefox() -> Result<Firefox> {
    let path = env::var_os("PATH");
    let path = path.as_deref();
    let named = env::var_os("FIREFOX");
    let Some(firefox) = named_or_on_path("FIREFOX", named.as_deref(), FIREFOX_NAMES, path)? else {
        bail!(
            "Firefox was not found on the PATH nor in FIREFOX; on Debian: \
             apt-get install firefox-esr"
        )
    };
    let named = env::var_os("GECKODRIVER");
    let found = named_or_on_path("GECKODRIVER", named.as_deref(), GECKODRIVER_NAMES, path)?;
    let geckodriver = found.map_or_else(install_geckodriver, Ok)?;
    Ok(Firefox {
        firefox,
        geckodriver,
    })
}

fn install_geckodriver() -> Result<PathBuf> {
    install("geckodriver", GECKODRIVER_VERSION)
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

    fn message(
        chromium: Option<&OsStr>,
        chromedriver: Option<&OsStr>,
        path: Option<&OsStr>,
    ) -> String {
        match find_browser(chromium, chromedriver, path) {
            Ok(_) => String::new(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn finds_programs_on_the_path() {
        let first = dir_with(&["google-chrome"]);
        let second = dir_with(&["chromium", "chromedriver"]);
        let path = env::join_paths([first.path(), second.path()]).unwrap();
        let found = find_browser(None, None, Some(&path)).unwrap();
        assert!(found.chromium.starts_with(second.path()));
        assert!(found.chromedriver.starts_with(second.path()));
    }

    #[test]
    fn a_variable_goes_before_the_path() {
        let named = dir_with(&["my-chromium"]);
        let program = named.path().join("my-chromium");
        let program = program.with_extension(env::consts::EXE_EXTENSION);
        let on_path = dir_with(&["chromium", "chromedriver"]);
        let found = find_browser(
            Some(program.as_os_str()),
            Some(OsStr::new("")),
            Some(on_path.path().as_os_str()),
        );
        assert_eq!(found.unwrap().chromium, program);
    }

    #[test]
    fn names_what_is_missing() {
        let chromium = dir_with(&["chromium"]);
        let driver = dir_with(&["chromedriver"]);
        let install = "apt-get install chromium chromium-driver";

        let both = message(None, None, None);
        assert!(both.starts_with("Chromium and its driver (chromedriver) were not found"));
        assert!(both.contains(install));
        let one = message(None, None, Some(driver.path().as_os_str()));
        assert!(one.starts_with("Chromium was not found on the PATH nor in CHROMIUM;"));
        assert!(one.contains(install));
        let one = message(None, None, Some(chromium.path().as_os_str()));
        assert!(
            one.contains("driver (chromedriver) was not found on the PATH nor in CHROMEDRIVER")
        );
        let wrong = message(Some(OsStr::new("/no/such/program")), None, None);
        assert_eq!(
            wrong,
            "CHROMIUM is set to /no/such/program, which is no file"
        );
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
