//! Building the static site.

use anyhow::{Result, bail};

use crate::{npm, paths, process, wasm};

pub fn build() -> Result<()> {
    wasm::Module::library().build()?;
    process::say("bundling the page");
    npm::script("build")?;
    process::say(format_args!("built {}", paths::dist().display()));
    Ok(())
}

pub fn check_built() -> Result<()> {
    if !paths::dist().join("index.html").is_file() {
        bail!("www/dist holds no page; run `cargo xtask build` first");
    }
    Ok(())
}
