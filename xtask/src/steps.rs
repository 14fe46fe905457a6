//! The steps of `cargo xtask test`, and their summary.

use std::fs;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use clap::ValueEnum;

use crate::browser::{self, Engine, Place};
use crate::wasm::Simd;
use crate::{bench, e2e, licences, npm, paths, process, python, site, tools, wasm};

/// In the order that they run in.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Step {
    /// The Rust code is formatted
    Format,
    /// clippy and rustdoc have no warnings, and all that is shipped may be
    Lint,
    /// Rust tests on this machine
    Native,
    /// What strangers give, as a fuzzer makes it up
    Fuzz,
    /// Rust tests of arithmetic in Chromium, without SIMD
    WasmScalar,
    /// Rust tests in each browser, with simd128
    #[value(name = "wasm-simd128")]
    WasmSimd128,
    /// Types and unit tests of the page
    Page,
    /// The built page in each browser
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

/// A step, in one of the browsers if it needs one.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Job {
    step: Step,
    engine: Option<Engine>,
}

impl Job {
    fn title(self) -> String {
        let engine = self.engine.map(|engine| format!(" {}", engine.name()));
        self.step.name() + &engine.unwrap_or_default()
    }
}

/// The steps wanted, in the browsers wanted; all if none is named.
fn jobs(steps: &[Step], engines: &[Engine]) -> Vec<Job> {
    let wanted = |step: &&Step| steps.is_empty() || steps.contains(step);
    let mut jobs = Vec::new();
    for &step in Step::value_variants().iter().filter(wanted) {
        if !step.needs_browser() {
            jobs.push(Job { step, engine: None });
            continue;
        }
        let engines = Engine::value_variants()
            .iter()
            .filter(|engine| engines.is_empty() || engines.contains(engine))
            .filter(|engine| step.runs_in(**engine));
        jobs.extend(engines.map(|&engine| Job {
            step,
            engine: Some(engine),
        }));
    }
    jobs
}

/// Runs the steps wanted up to the first that fails; of the e2e tests only those named, if any.
pub fn run(steps: &[Step], engines: &[Engine], only: &[String]) -> ExitCode {
    let mut verdicts = Vec::new();
    let mut failures = 0;
    let jobs = jobs(steps, engines);
    if jobs.is_empty() {
        eprintln!("error: none of these steps runs in any of these browsers");
        return ExitCode::FAILURE;
    }
    for job in jobs {
        let title = job.title();
        if failures > 0 {
            verdicts.push((title, Verdict::NotRun));
            continue;
        }
        println!("\n=== {title}: {} ===", job.step.help());
        let start = Instant::now();
        let result = job.run(only);
        let elapsed = start.elapsed();
        let verdict = match result {
            Ok(()) => Verdict::Passed(elapsed),
            Err(error) => {
                eprintln!("error: {title}: {error:#}");
                failures += 1;
                Verdict::Failed(elapsed)
            }
        };
        verdicts.push((title, verdict));
    }
    print!("\n{}", summary(&verdicts));
    if failures == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn summary(verdicts: &[(String, Verdict)]) -> String {
    let (mut passed, mut failed) = (0, 0);
    let mut text = String::new();
    for (title, verdict) in verdicts {
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
        let line = format!("{title:22}{word:8}{seconds}");
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

    fn needs_browser(self) -> bool {
        match self {
            Self::WasmScalar | Self::WasmSimd128 | Self::E2e | Self::Python => true,
            Self::Format | Self::Lint | Self::Native | Self::Fuzz | Self::Page => false,
        }
    }

    /// No page runs without SIMD: one browser has to agree with the tests' arithmetic.
    fn runs_in(self, engine: Engine) -> bool {
        self != Self::WasmScalar || engine == Engine::Chromium
    }
}

impl Job {
    fn run(self, only: &[String]) -> Result<()> {
        match (self.step, self.engine) {
            (Step::Format, _) => process::run(&mut process::cargo(&["fmt", "--all", "--check"])),
            (Step::Lint, _) => lint(),
            (Step::Native, _) => native(),
            (Step::Fuzz, _) => fuzz(),
            (Step::WasmScalar, Some(engine)) => wasm_tests(Simd::Scalar, engine),
            (Step::WasmSimd128, Some(engine)) => wasm_tests(Simd::Simd128, engine),
            (Step::Page, _) => page(),
            (Step::E2e, Some(engine)) => e2e::run(engine, only),
            (Step::Python, Some(engine)) => compare_with_python(engine),
            (_, None) => bail!("it needs a browser"),
        }
    }
}

fn lint() -> Result<()> {
    licences::check()?;
    let deny = ["--", "-Dwarnings"];
    process::run(process::cargo(&["clippy", "--workspace", "--all-targets"]).args(deny))?;
    wasm::install_target()?;
    process::run(wasm::cargo(&["clippy", "--tests"], Simd::Simd128).args(deny))?;
    process::run(wasm::learn_cargo(&["clippy", "--tests"], Simd::Simd128).args(deny))?;
    process::run(wasm::bench_cargo(&["clippy"], Simd::Simd128).args(deny))?;
    // What `src/web` says is seen for wasm only.
    for mut doc in [
        process::cargo(&["doc", "--no-deps", "--package", "chat-vector"]),
        wasm::cargo(&["doc", "--no-deps"], Simd::Simd128),
        wasm::learn_cargo(&["doc", "--no-deps"], Simd::Simd128),
    ] {
        process::run(doc.env("RUSTDOCFLAGS", "-Dwarnings"))?;
    }
    Ok(())
}

/// One package at a time: together they would share features, and build everything anew.
fn native() -> Result<()> {
    process::run(&mut process::cargo(&["test", "--package", "chat-vector"]))?;
    process::run(&mut process::cargo(&[
        "test",
        "--package",
        "chat-vector-learn",
    ]))?;
    process::run(&mut process::cargo(&["test", "--package", "xtask"]))?;
    process::run(&mut process::cargo(&["test", "--package", "bench"]))
}

/// Fuzz targets and how many inputs each is run with; longer by hand, see `fuzz/README.md`.
const FUZZ: [(&str, u32); 6] = [
    ("header", 100_000),
    ("index", 50_000),
    ("tokenizer", 50_000),
    ("folder", 50_000),
    ("recipe", 10_000),
    ("plan", 10_000),
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

fn wasm_tests(simd: Simd, engine: Engine) -> Result<()> {
    let browser = tools::browser(engine)?;
    let display = browser.display()?;
    wasm::install_target()?;
    let run = |mut cargo: Command, place: Place| {
        process::say(format_args!("in a {} of {}", place.name(), engine.name()));
        browser::test_in_browser(&mut cargo, &browser, place)?;
        if let Some(display) = &display {
            display.lend(&mut cargo);
        }
        process::run(&mut cargo)
    };
    for place in [Place::Worker, Place::Page] {
        let files = wasm_test_files(simd, engine, place);
        if files.is_empty() {
            continue;
        }
        let mut cargo = wasm::cargo(&["test"], simd);
        for test in files {
            cargo.args(["--test", test]);
        }
        run(cargo, place)?;
    }
    // It is built with simd128 only, and is the same in a page.
    if simd == Simd::Simd128 {
        let mut cargo = wasm::learn_cargo(&["test"], simd);
        for test in ["model", "miniature", "page_models"] {
            cargo.args(["--test", test]);
        }
        run(cargo, Place::Worker)?;
    }
    Ok(())
}

/// The files in `tests/` whose tests can run there.
fn wasm_test_files(simd: Simd, engine: Engine, place: Place) -> Vec<&'static str> {
    // Arithmetic knows nothing of places, and nothing else of SIMD.
    let mut files = match place {
        Place::Worker => vec!["kernels", "sums"],
        Place::Page => vec![],
    };
    if simd == Simd::Scalar {
        return files;
    }
    files.push("web_files");
    if engine.has_byte_streams() {
        files.push("web_streams");
    }
    // Only workers may write the private disk.
    if engine.has_private_disk() && place == Place::Worker {
        files.push("web_disk");
    }
    files
}

fn page() -> Result<()> {
    site::build_modules()?;
    npm::script("check")?;
    npm::script_if_present("test")?;
    // Not run here: it takes an hour. But it should not rot.
    bench::build_page().map(drop)
}

fn compare_with_python(engine: Engine) -> Result<()> {
    let python = python::environment()?;
    for script in ["check.py", "inspection.py"] {
        process::run(
            process::command(&python)
                .arg(paths::root().join("tests/python").join(script))
                .arg(e2e::cases(engine)),
        )?;
    }
    Ok(())
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
    fn what_needs_a_browser_runs_in_each_that_is_wanted() {
        let titles = |steps: &[Step], engines: &[Engine]| {
            let titles: Vec<_> = jobs(steps, engines).into_iter().map(Job::title).collect();
            titles.join(", ")
        };
        assert_eq!(
            titles(&[Step::E2e, Step::Page], &[]),
            "page, e2e chromium, e2e firefox, e2e webkit"
        );
        assert_eq!(
            titles(&[Step::Format, Step::WasmSimd128], &[Engine::Webkit]),
            "format, wasm-simd128 webkit"
        );
        assert_eq!(titles(&[Step::WasmScalar], &[]), "wasm-scalar chromium");
        assert_eq!(jobs(&[], &[]).len(), 5 + 1 + 3 * 3);
    }

    #[test]
    fn sums_up() {
        let text = summary(&[
            (
                "format".into(),
                Verdict::Passed(Duration::from_millis(1250)),
            ),
            (
                "e2e chromium".into(),
                Verdict::Failed(Duration::from_secs(100)),
            ),
            ("e2e firefox".into(), Verdict::NotRun),
        ]);
        assert_eq!(
            text,
            "format                passed      1.2 s\n\
             e2e chromium          FAILED    100.0 s\n\
             e2e firefox           not run\n\
             1 passed, 1 failed\n"
        );
    }
}
