//! `cargo xtask bench`: builds what is measured, starts servers and drivers, and runs `benches/`.

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use serde_json::json;

use crate::browser::{Driver, Engine};
use crate::server::{Prefix, Server};
use crate::wasm::{Module, Simd};
use crate::{npm, paths, process, site, tools};

/// Runs the bench with arguments of its own.
pub fn run(args: &[OsString]) -> Result<()> {
    let mut bench = process::cargo(&["run", "--release", "--quiet", "--package", "bench", "--"]);
    bench.args(args);
    if args.iter().any(|arg| arg == "--help" || arg == "-h") {
        return process::run(&mut bench);
    }
    process::run(&mut process::cargo(&[
        "build",
        "--release",
        "--package",
        "bench",
    ]))?;

    let browsers = [
        ("Chromium", tools::browser(Engine::Chromium)?),
        ("Firefox", tools::browser(Engine::Firefox)?),
    ];
    site::build()?;
    let page = build_page()?;
    let site = Server::bind(0, Prefix::root())?;
    let page = Server::bind_for(page, 0, Prefix::root())?;
    // Dropped, and so stopped, when all is measured.
    let mut drivers = Vec::new();
    let mut told = Vec::new();
    for (name, browser) in &browsers {
        let driver = Driver::start(browser)?;
        told.push(json!({
            "name": name,
            "driver": driver.url(),
            "pid": driver.pid(),
            "capabilities": browser.capabilities(),
        }));
        drivers.push(driver);
    }
    let setup = json!({
        "site": site.url(),
        "site_files": paths::dist(),
        "page": page.url(),
        "browsers": told,
        "folder": paths::bench(),
    });
    let path = paths::bench().join("setup.json");
    fs::write(&path, format!("{setup:#}\n"))
        .with_context(|| format!("could not write {}", path.display()))?;
    site.spawn()?;
    page.spawn()?;
    process::run(bench.env("BENCH_SETUP", path))
}

/// Builds the bench's page and returns its folder.
pub fn build_page() -> Result<PathBuf> {
    // Both land at the same place of cargo's: the first is read before the second is built.
    Module::bench(Simd::Scalar).build()?;
    Module::bench(Simd::Simd128).build()?;
    process::say("bundling the bench's page");
    let out = paths::bench().join("page");
    npm::script_with(
        "build:bench",
        &["--emptyOutDir".as_ref(), "--outDir".as_ref(), out.as_ref()],
    )?;
    Ok(out)
}
