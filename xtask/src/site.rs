//! Building the static site.

use std::path::Path;

use anyhow::{Result, bail};

use crate::{npm, paths, process, wasm};

pub fn build() -> Result<()> {
    wasm::Module::library().build()?;
    process::say("bundling the page");
    npm::script("build")?;
    process::say(format_args!("built {}", paths::dist().display()));
    Ok(())
}

pub fn check_built(site: &Path) -> Result<()> {
    if !site.join("index.html").is_file() {
        let site = site.display();
        bail!("{site} holds no page; run `cargo xtask build` first");
    }
    Ok(())
}
