//! Whether all that ships to visitors may be shipped: the licences of the crates in the wasm and of the
//! npm packages in the bundle. Works without a network.

use std::fs;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::{paths, process, wasm};

/// They ask for nothing but their own notice.
const ALLOWED: [&str; 10] = [
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CC0-1.0",
    "ISC",
    "MIT",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// An error that names what has another licence.
pub fn check() -> Result<()> {
    let mut shipped = crates()?;
    shipped.extend(packages()?);
    let is_bad = |(_, licence): &&(String, String)| !is_allowed(licence);
    let bad: Vec<_> = shipped.iter().filter(is_bad).collect();
    if !bad.is_empty() {
        bail!("these can't be shipped under their licences: {bad:?}");
    }
    process::say(format_args!(
        "{} licences of what is shipped are fine",
        shipped.len()
    ));
    Ok(())
}

/// Each crate in the wasm and its licence.
fn crates() -> Result<Vec<(String, String)>> {
    let tree = process::output(
        process::cargo(&["tree", "--target", wasm::TARGET])
            .args(["--package", "chat-vector", "--package", "chat-vector-learn"])
            .args([
                "--edges", "normal", "--prefix", "none", "--format", "{p}|{l}",
            ]),
    )?;
    let mut crates: Vec<_> = tree
        .lines()
        .filter_map(|line| line.trim_end_matches(" (*)").split_once('|'))
        .map(|(name, licence)| (name.to_owned(), licence.to_owned()))
        .collect();
    crates.sort();
    crates.dedup();
    Ok(crates)
}

/// Each npm package in the bundle and its licence.
fn packages() -> Result<Vec<(String, String)>> {
    let path = paths::www().join("package-lock.json");
    let lock: Value = serde_json::from_slice(&fs::read(&path)?)?;
    let packages = lock["packages"].as_object();
    let packages = packages.with_context(|| format!("{} has no packages", path.display()))?;
    let shipped = packages
        .iter()
        .filter(|(_, package)| package["dev"] != true);
    Ok(shipped
        .map(|(name, package)| {
            let licence = package["license"].as_str().unwrap_or_default();
            (name.clone(), licence.to_owned())
        })
        .collect())
}

/// Whether one of the alternatives of a licence expression is allowed with all its parts.
fn is_allowed(expression: &str) -> bool {
    let plain = expression.replace(['(', ')'], " ").replace('/', " OR ");
    // `A OR B AND C`, with whatever parentheses: strict enough is that each part of the AND is.
    plain.split(" AND ").all(|part| {
        let mut alternatives = part.split(" OR ").map(str::trim);
        alternatives.any(|licence| ALLOWED.contains(&licence))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_what_is_allowed() {
        for expression in [
            "MIT",
            "MIT OR Apache-2.0",
            "Unlicense OR MIT",
            "Apache-2.0/MIT",
            "(MIT OR Apache-2.0) AND Unicode-3.0",
            "GPL-3.0 OR MIT",
        ] {
            assert!(is_allowed(expression), "{expression}");
        }
        for expression in [
            "",
            "GPL-3.0",
            "MIT AND LGPL-2.1",
            "(MIT OR Zlib) AND GPL-3.0",
            "MITX",
        ] {
            assert!(!is_allowed(expression), "{expression}");
        }
    }

    #[test]
    fn finds_what_is_shipped() {
        let names = |found: Vec<(String, String)>| -> String {
            found.into_iter().map(|(name, _)| name + " ").collect()
        };
        let crates = names(crates().unwrap());
        assert!(
            crates.contains("serde v") && crates.contains("half v"),
            "{crates}"
        );
        let packages = names(packages().unwrap());
        assert!(packages.contains("node_modules/preact "), "{packages}");
        assert!(!packages.contains("node_modules/vite "), "{packages}");
    }
}
