//! Compiling the library to wasm, and the bindings that the page imports.

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};
use wasm_bindgen_cli_support::Bindgen;

use crate::{npm, paths, process};

pub const TARGET: &str = "wasm32-unknown-unknown";
const PACKAGE: &str = "chat-vector";
const LEARN_PACKAGE: &str = "chat-vector-learn";
const BENCH_PACKAGE: &str = "bench-wasm";

/// What rustc emits for the target by default, and simd128.
const WASM_OPT_ARGS: &[&str] = &[
    "-O3",
    // Kernels stay functions of their own: inlined into the engine's future or into one another's
    // caller, browsers compile them late and badly (a whole merge took a quarter longer). A limit of
    // 200 still put many into one, and made 14 KB more to load.
    "--one-caller-inline-max-function-size=40",
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
    cargo_for(PACKAGE, args, simd)
}

/// The same for what is behind the lessons.
pub fn learn_cargo(args: &[&str], simd: Simd) -> Command {
    cargo_for(LEARN_PACKAGE, args, simd)
}

/// The same for the bench's module.
pub fn bench_cargo(args: &[&str], simd: Simd) -> Command {
    cargo_for(BENCH_PACKAGE, args, simd)
}

fn cargo_for(package: &str, args: &[&str], simd: Simd) -> Command {
    let mut cargo = process::cargo(args);
    cargo.args(["--package", package, "--target", TARGET]);
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

/// A package that becomes a wasm module with bindings.
pub struct Module {
    package: &'static str,
    simd: Simd,
    /// Where the bindings and the wasm go.
    out: PathBuf,
}

impl Module {
    /// The library, as the page imports it.
    pub fn library() -> Self {
        Self {
            package: PACKAGE,
            simd: Simd::Simd128,
            out: paths::bindings(),
        }
    }

    /// What is behind the lessons, as their page imports it.
    pub fn learn() -> Self {
        Self {
            package: LEARN_PACKAGE,
            simd: Simd::Simd128,
            out: paths::learn_bindings(),
        }
    }

    /// The library's parts, each alone, as the bench's page imports them.
    pub fn bench(simd: Simd) -> Self {
        let name = match simd {
            Simd::Scalar => "scalar",
            Simd::Simd128 => "simd128",
        };
        Self {
            package: BENCH_PACKAGE,
            simd,
            out: paths::www().join("bench/wasm").join(name),
        }
    }

    /// Compiles it and writes its bindings and its wasm.
    pub fn build(&self) -> Result<()> {
        install_target()?;
        process::say(format_args!("compiling {} to wasm", self.package));
        // Only here is a package a module: cdylibs have no hash in their names, and those of a
        // package with and without a feature would take turns, each compiled anew.
        process::run(&mut cargo_for(
            self.package,
            &["rustc", "--release", "--lib", "--crate-type", "cdylib"],
            self.simd,
        ))?;
        let name = self.package.replace('-', "_");
        let compiled = paths::target().join(format!("{TARGET}/release/{name}.wasm"));
        let wasm = fs::read(&compiled)
            .with_context(|| format!("could not read {}", compiled.display()))?;

        npm::install()?;
        let optimised = self.out.join(format!("{name}_bg.wasm"));
        let stamp = self.out.join("made-from.txt");
        let made_from = made_from(&wasm)?;
        if optimised.is_file() && fs::read_to_string(&stamp).is_ok_and(|old| old == made_from) {
            return Ok(());
        }

        process::say("generating the bindings");
        generate(&name, wasm, &self.out).context("wasm-bindgen failed")?;
        process::say("optimising the wasm (wasm-opt)");
        process::run(
            npm::node_program("binaryen/bin/wasm-opt")
                .args(WASM_OPT_ARGS)
                .arg(&optimised)
                .arg("-o")
                .arg(&optimised),
        )?;
        fs::write(&stamp, made_from).with_context(|| format!("could not write {}", stamp.display()))
    }
}

fn generate(name: &str, wasm: Vec<u8>, out: &Path) -> Result<()> {
    if out.exists() {
        fs::remove_dir_all(out)?;
    }
    let mut bindgen = Bindgen::new();
    bindgen.input_bytes(name, wasm).out_name(name).web(true)?;
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
