//! Building the static site, and the package for other pages.

use std::fs;
use std::path::Path;

use anyhow::{Result, bail};

use crate::{npm, paths, process, wasm};

pub fn build() -> Result<()> {
    build_modules()?;
    process::say("bundling the page");
    npm::script("build")?;
    process::say(format_args!("built {}", paths::dist().display()));
    Ok(())
}

/// Compiles all wasm that the sources of the page import: none of them pass the compiler without.
pub fn build_modules() -> Result<()> {
    wasm::Module::library().build()?;
    wasm::Module::learn().build()
}

/// Builds the package for other pages into `pkg/dist`.
pub fn build_package() -> Result<()> {
    build_modules()?;
    process::say("bundling the package");
    npm::script("build:pkg")?;
    let types = paths::package().join("dist/types/wasm");
    fs::create_dir_all(&types)?;
    let name = "chat_vector.d.ts";
    fs::copy(paths::bindings().join(name), types.join(name))?;
    process::say(format_args!("built {}", paths::package().display()));
    Ok(())
}

pub fn check_built(site: &Path) -> Result<()> {
    if !site.join("index.html").is_file() {
        let site = site.display();
        bail!("{site} holds no page; run `cargo xtask build` first");
    }
    Ok(())
}
