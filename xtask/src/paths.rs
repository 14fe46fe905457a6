//! Where things lie in the repository.

use std::env;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

static TARGET: LazyLock<PathBuf> = LazyLock::new(|| match env::var_os("CARGO_TARGET_DIR") {
    Some(dir) => std::path::absolute(&dir).unwrap_or_else(|_| dir.into()),
    None => root().join("target"),
});

pub fn root() -> &'static Path {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask)
}

/// cargo's target directory.
pub fn target() -> &'static Path {
    &TARGET
}

/// The page's sources and its `package.json`.
pub fn www() -> PathBuf {
    root().join("www")
}

/// The built site.
pub fn dist() -> PathBuf {
    www().join("dist")
}

/// The package for other pages.
pub fn package() -> PathBuf {
    root().join("pkg")
}

/// The bindings and the wasm, generated.
pub fn bindings() -> PathBuf {
    www().join("src/wasm")
}

/// The same of what is behind the lessons.
pub fn learn_bindings() -> PathBuf {
    www().join("src/learn/wasm")
}

/// What xtask itself keeps between runs.
pub fn state() -> PathBuf {
    target().join("xtask")
}

/// What the bench leaves: its page, its inputs, its tables.
pub fn bench() -> PathBuf {
    target().join("bench")
}
