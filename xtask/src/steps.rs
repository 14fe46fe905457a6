//! The steps of `cargo xtask test`, and their summary.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use clap::ValueEnum;

use crate::browser::Driver;
use crate::server::Server;
use crate::wasm::Simd;
use crate::{bench, browser, npm, paths, process, python, site, tools, wasm};

/// The path that the e2e tests meet the page under: relative URLs must do.
const E2E_PREFIX: &str = "/sub/path/";

/// In the order that they run in.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Step {
    /// The Rust code is formatted
    Format,
    /// clippy and rustdoc have no warnings
    Lint,
    /// Rust tests on this machine
    Native,
    /// What strangers give, as a fuzzer makes it up
    Fuzz,
    /// Rust tests in the browser, without SIMD
    WasmScalar,
    /// Rust tests in the browser, with simd128
    #[value(name = "wasm-simd128")]
    WasmSimd128,
    /// Types and unit tests of the page
    Page,
    /// The built page in the browser
    E2e,
    /// What the e2e tests wrote, compared with Python's implementations
    Python,
}

enum Verdict {
    Passed(Duration),
    Failed(Duration),
    NotRun,
}

pub fn list() {
    for step in Step::value_variants() {
        println!("{:14}{}", step.name(), step.help());
    }
}

/// Runs the steps wanted, all if none is named, up to the first that fails.
pub fn run(wanted: &[Step]) -> ExitCode {
    let steps = Step::value_variants()
        .iter()
        .filter(|step| wanted.is_empty() || wanted.contains(step));
    let mut verdicts = Vec::new();
    let mut failures = 0;
    for step in steps {
        if failures > 0 {
            verdicts.push((*step, Verdict::NotRun));
            continue;
        }
        println!("\n=== {}: {} ===", step.name(), step.help());
        let start = Instant::now();
        let result = step.run();
        let elapsed = start.elapsed();
        verdicts.push((
            *step,
            match result {
                Ok(()) => Verdict::Passed(elapsed),
                Err(error) => {
                    eprintln!("error: {}: {error:#}", step.name());
                    failures += 1;
                    Verdict::Failed(elapsed)
                }
            },
        ));
    }
    print!("\n{}", summary(&verdicts));
    if failures == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn summary(verdicts: &[(Step, Verdict)]) -> String {
    let (mut passed, mut failed) = (0, 0);
    let mut text = String::new();
    for (step, verdict) in verdicts {
        let (word, time) = match verdict {
            Verdict::Passed(time) => {
                passed += 1;
                ("passed", Some(time))
            }
            Verdict::Failed(time) => {
                failed += 1;
                ("FAILED", Some(time))
            }
            Verdict::NotRun => ("not run", None),
        };
        let seconds = time.map_or(String::new(), |time| {
            format!("{:7.1} s", time.as_secs_f64())
        });
        let line = format!("{:14}{word:8}{seconds}", step.name());
        text += line.trim_end();
        text.push('\n');
    }
    text + &format!("{passed} passed, {failed} failed\n")
}

impl Step {
    fn name(self) -> String {
        self.value().get_name().to_owned()
    }

    fn help(self) -> String {
        let value = self.value();
        value
            .get_help()
            .map_or(String::new(), |help| help.to_string())
    }

    fn value(self) -> clap::builder::PossibleValue {
        self.to_possible_value()
            .unwrap_or_else(|| clap::builder::PossibleValue::new(""))
    }

    fn run(self) -> Result<()> {
        match self {
            Self::Format => process::run(&mut process::cargo(&["fmt", "--all", "--check"])),
            Self::Lint => lint(),
            Self::Native => native(),
            Self::Fuzz => fuzz(),
            Self::WasmScalar => wasm_tests(Simd::Scalar),
            Self::WasmSimd128 => wasm_tests(Simd::Simd128),
            Self::Page => page(),
            Self::E2e => e2e(),
            Self::Python => compare_with_python(),
        }
    }
}

fn lint() -> Result<()> {
    let deny = ["--", "-Dwarnings"];
    process::run(process::cargo(&["clippy", "--workspace", "--all-targets"]).args(deny))?;
    wasm::install_target()?;
    process::run(wasm::cargo(&["clippy", "--tests"], Simd::Simd128).args(deny))?;
    process::run(wasm::bench_cargo(&["clippy"], Simd::Simd128).args(deny))?;
    process::run(
        process::cargo(&["doc", "--no-deps", "--package", "chat-vector"])
            .env("RUSTDOCFLAGS", "-Dwarnings"),
    )
}

/// One package at a time: together they would share features, and build everything anew.
fn native() -> Result<()> {
    process::run(&mut process::cargo(&["test", "--package", "chat-vector"]))?;
    process::run(&mut process::cargo(&["test", "--package", "xtask"]))?;
    process::run(&mut process::cargo(&["test", "--package", "bench"]))
}

/// Fuzz targets and how many inputs each is run with; longer by hand, see `fuzz/README.md`.
const FUZZ: [(&str, u32); 4] = [
    ("header", 200_000),
    ("index", 100_000),
    ("recipe", 20_000),
    ("plan", 20_000),
];

fn fuzz() -> Result<()> {
    let program = tools::cargo_fuzz()?;
    for (target, runs) in FUZZ {
        let corpus = paths::state().join("fuzz").join(target);
        fs::create_dir_all(&corpus)?;
        let seeds = paths::root().join("fuzz/seeds").join(target);
        let mut fuzz = process::command(&program);
        // Sanitizers need a nightly compiler, and find nothing in code without `unsafe`.
        fuzz.args([
            "fuzz",
            "run",
            "--sanitizer",
            "none",
            "--debug-assertions",
            target,
        ]);
        fuzz.arg(corpus).args(seeds.is_dir().then_some(seeds));
        fuzz.arg("--").arg(format!("-runs={runs}"));
        fuzz.args([
            "-seed=1",
            "-max_len=4096",
            "-timeout=10",
            "-print_final_stats=1",
        ]);
        process::run(fuzz.env("CARGO_TARGET_DIR", paths::target()))?;
    }
    Ok(())
}

fn wasm_tests(simd: Simd) -> Result<()> {
    let browser = tools::browser()?;
    wasm::install_target()?;
    let mut cargo = wasm::cargo(&["test"], simd);
    browser::test_in_browser(&mut cargo, &browser)?;
    process::run(&mut cargo)
}

fn page() -> Result<()> {
    wasm::Module::library().build()?;
    npm::script("check")?;
    npm::script_if_present("test")?;
    // Not run here: it takes an hour. But it should not rot.
    bench::build_page().map(drop)
}

/// Runs the e2e tests against the built page and a chromedriver of their own.
fn e2e() -> Result<()> {
    let browser = tools::browser()?;
    site::build()?;
    let cases = e2e_cases();
    match fs::remove_dir_all(&cases) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(error).with_context(|| format!("could not empty {}", cases.display()));
        }
        _ => fs::create_dir_all(&cases)?,
    }
    let server = Server::bind(0, E2E_PREFIX.parse()?)?;
    let url = server.url().to_owned();
    server.spawn()?;
    let driver = Driver::start(&browser.chromedriver)?;
    process::run(
        process::cargo(&[
            "test",
            "--package",
            "e2e",
            "--no-fail-fast",
            "--",
            "--test-threads=1",
        ])
        .env("E2E_URL", url)
        .env("E2E_OUT", cases)
        .env("WEBDRIVER_URL", driver.url())
        .env("WEBDRIVER_JSON", browser::write_capabilities(&browser)?)
        .env("CHROMIUM", &browser.chromium)
        .env("CHROMEDRIVER", &browser.chromedriver),
    )
}

/// Where the e2e tests leave what they merged.
fn e2e_cases() -> PathBuf {
    paths::target().join("e2e")
}

fn compare_with_python() -> Result<()> {
    let python = python::environment()?;
    process::run(
        process::command(python)
            .arg("tests/python/check.py")
            .arg(e2e_cases()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_steps() {
        let names: Vec<String> = Step::value_variants()
            .iter()
            .map(|step| step.name())
            .collect();
        assert_eq!(
            names.join(" "),
            "format lint native fuzz wasm-scalar wasm-simd128 page e2e python"
        );
        assert!(
            Step::value_variants()
                .iter()
                .all(|step| !step.help().is_empty())
        );
    }

    #[test]
    fn sums_up() {
        let text = summary(&[
            (Step::Format, Verdict::Passed(Duration::from_millis(1250))),
            (Step::Lint, Verdict::Failed(Duration::from_secs(100))),
            (Step::WasmScalar, Verdict::NotRun),
        ]);
        assert_eq!(
            text,
            "format        passed      1.2 s\n\
             lint          FAILED    100.0 s\n\
             wasm-scalar   not run\n\
             1 passed, 1 failed\n"
        );
    }
}
