//! The Python environment of the tests that compare with other implementations.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};

use crate::{paths, process};

const PYTHON: &str = if cfg!(windows) { "python" } else { "python3" };

/// The interpreter of a virtual environment with the required packages installed.
pub fn environment() -> Result<PathBuf> {
    let requirements_path = paths::root().join("tests/python/requirements.txt");
    let requirements = fs::read(&requirements_path)
        .with_context(|| format!("could not read {}", requirements_path.display()))?;
    let dir = paths::target().join("python");
    let python = dir.join(if cfg!(windows) {
        "Scripts/python.exe"
    } else {
        "bin/python"
    });
    let stamp = dir.join("installed-from.txt");
    if python.is_file() && fs::read(&stamp).is_ok_and(|installed| installed == requirements) {
        return Ok(python);
    }

    process::say("installing the Python packages");
    let created = process::command(PYTHON)
        .args(["-m", "venv", "--clear"])
        .arg(&dir)
        .status();
    if !created.is_ok_and(|status| status.success()) {
        bail!(
            "`{PYTHON} -m venv` failed; Python 3 with its venv module is needed, on Debian: \
             apt-get install python3-venv"
        );
    }
    process::run(
        process::command(&python)
            .args(["-m", "pip", "install", "--quiet"])
            .args(["--disable-pip-version-check", "--requirement"])
            .arg(&requirements_path),
    )?;
    fs::write(&stamp, requirements)
        .with_context(|| format!("could not write {}", stamp.display()))?;
    Ok(python)
}
