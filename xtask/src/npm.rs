//! The page's side of the build: npm's packages and scripts.

use std::ffi::OsStr;
use std::fs;
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::{paths, process, tools};

/// Installs the packages that the lock file names, unless they are there already.
pub fn install() -> Result<()> {
    tools::check_node()?;
    let lock = paths::www().join("package-lock.json");
    let lock = fs::read(&lock).with_context(|| format!("could not read {}", lock.display()))?;
    let stamp = paths::www().join("node_modules/.installed-from");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    process::say("installing the page's packages (npm ci)");
    process::run(npm().args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]))?;
    fs::write(&stamp, lock).with_context(|| format!("could not write {}", stamp.display()))
}

/// Runs one of the scripts in `package.json`.
pub fn script(name: &str) -> Result<()> {
    script_with(name, &[])
}

/// The same with arguments, which go to the script's last command.
pub fn script_with(name: &str, args: &[&OsStr]) -> Result<()> {
    process::run(npm().args(["run", "--silent", name, "--"]).args(args))
}

/// Runs a script if `package.json` has it.
pub fn script_if_present(name: &str) -> Result<()> {
    process::run(npm().args(["run", "--silent", "--if-present", name]))
}

/// A program of an installed package, run by Node.js.
pub fn node_program(path: &str) -> Command {
    let mut node = process::command("node");
    node.arg(paths::www().join("node_modules").join(path));
    node
}

fn npm() -> Command {
    let mut npm = process::command(tools::NPM);
    npm.current_dir(paths::www());
    npm
}
