//! Compiling the library to wasm, and the bindings that the page imports.

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};
use wasm_bindgen_cli_support::Bindgen;

use crate::{npm, paths, process};

pub const TARGET: &str = "wasm32-unknown-unknown";
const PACKAGE: &str = "chat-vector";
const CRATE: &str = "chat_vector";

/// What rustc emits for the target by default, and simd128.
const WASM_OPT_ARGS: &[&str] = &[
    "-O3",
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--enable-simd",
];

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Simd {
    Scalar,
    Simd128,
}

/// A cargo command for the library on the wasm target.
pub fn cargo(args: &[&str], simd: Simd) -> Command {
    let mut cargo = process::cargo(args);
    cargo.args(["--package", PACKAGE, "--target", TARGET]);
    cargo.env(
        "CARGO_ENCODED_RUSTFLAGS",
        match simd {
            Simd::Scalar => "",
            Simd::Simd128 => "-Ctarget-feature=+simd128",
        },
    );
    cargo
}

/// Adds the target to the toolchain if it is not there.
pub fn install_target() -> Result<()> {
    let libdir = process::output(process::command("rustc").args([
        "--print",
        "target-libdir",
        "--target",
        TARGET,
    ]))?;
    if Path::new(&libdir).is_dir() {
        return Ok(());
    }
    let has_rustup = process::command("rustup")
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !has_rustup {
        bail!(
            "Rust's target {TARGET} is not installed and there is no rustup to add it; install \
             rustup, or your distribution's package of that target's standard library"
        );
    }
    process::say(format_args!("adding Rust's target {TARGET}"));
    process::run(process::command("rustup").args(["target", "add", TARGET]))
}

/// Compiles the library and writes its bindings and its wasm for the page.
pub fn build() -> Result<()> {
    install_target()?;
    process::say("compiling the library to wasm");
    process::run(&mut cargo(&["build", "--release", "--lib"], Simd::Simd128))?;
    let compiled = paths::target().join(format!("{TARGET}/release/{CRATE}.wasm"));
    let wasm =
        fs::read(&compiled).with_context(|| format!("could not read {}", compiled.display()))?;

    npm::install()?;
    let out = paths::bindings();
    let optimised = out.join(format!("{CRATE}_bg.wasm"));
    let stamp = paths::state().join("bindings.stamp");
    let made_from = made_from(&wasm)?;
    if optimised.is_file() && fs::read_to_string(&stamp).is_ok_and(|old| old == made_from) {
        return Ok(());
    }

    process::say("generating the bindings");
    let _ = fs::remove_file(&stamp);
    generate(wasm, &out).context("wasm-bindgen failed")?;
    process::say("optimising the wasm (wasm-opt)");
    process::run(
        npm::node_program("binaryen/bin/wasm-opt")
            .args(WASM_OPT_ARGS)
            .arg(&optimised)
            .arg("-o")
            .arg(&optimised),
    )?;
    fs::create_dir_all(paths::state())?;
    fs::write(&stamp, made_from).with_context(|| format!("could not write {}", stamp.display()))
}

fn generate(wasm: Vec<u8>, out: &Path) -> Result<()> {
    if out.exists() {
        fs::remove_dir_all(out)?;
    }
    let mut bindgen = Bindgen::new();
    bindgen.input_bytes(CRATE, wasm).out_name(CRATE).web(true)?;
    bindgen
        .omit_default_module_path(false)
        .typescript(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(out)
}

/// Names what the bindings are made from: the wasm, the tools' versions, and this file's options.
fn made_from(wasm: &[u8]) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    wasm.hash(&mut hasher);
    include_str!("wasm.rs").hash(&mut hasher);
    for lock in ["Cargo.lock", "www/package-lock.json"] {
        fs::read(paths::root().join(lock))?.hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}
