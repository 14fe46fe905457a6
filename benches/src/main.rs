//! The bench: measures the built page in headless Chromium and Firefox and prints one table.
//! `cargo xtask bench` builds everything and starts the drivers.

mod browser;
mod checkpoints;
mod measures;
mod memory;
mod plot;
mod stats;
mod table;

use std::cell::RefCell;
use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};
use browser::{Browser, Setup};
use clap::Parser;
use measures::Measure;
use table::Table;

/// Measures the built page in headless Chromium and Firefox and prints a table.
///
/// Inputs are made under target/bench and removed again; the whole run takes about an hour on two
/// cores, 15 GB of disk and as much memory for the page cache.
#[derive(Parser)]
#[command(name = "cargo xtask bench")]
struct Options {
    /// What to measure; all but `seed` when nothing is named
    measures: Vec<Measure>,
    /// Only this browser
    #[arg(long, value_name = "NAME")]
    browser: Option<String>,
    /// Counted runs of each thing
    #[arg(long, default_value_t = 5)]
    runs: usize,
    /// Size of a model in GB where nothing else is asked for
    #[arg(long, default_value_t = 1.0)]
    size: f64,
    /// A `mergekit-yaml` to compare with
    #[arg(long, value_name = "PATH")]
    peer: Option<PathBuf>,
}

/// What every measure works with.
struct Bench {
    setup: Setup,
    browsers: Vec<Browser>,
    runs: usize,
    size: f64,
    peer: Option<PathBuf>,
    /// The fastest plain way to read, by browser, once it is known.
    fastest: RefCell<HashMap<String, String>>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let options = Options::parse();
    let setup = Setup::read()?;
    let wanted = |browser: &&Browser| {
        let name = options.browser.as_deref();
        name.is_none_or(|name| name.eq_ignore_ascii_case(&browser.name))
    };
    let browsers = setup.browsers.iter().filter(wanted).cloned().collect();
    let bench = Bench {
        browsers,
        runs: options.runs.max(1),
        size: options.size,
        peer: options.peer,
        fastest: RefCell::default(),
        setup,
    };
    let measures = match &options.measures[..] {
        [] => Measure::usual(),
        named => named.to_vec(),
    };
    let mut table = Table::default();
    let mut failed = Vec::new();
    for measure in measures {
        if let Err(error) = measure.run(&bench, &mut table).await {
            eprintln!("  {measure:?}: {error:#}");
            failed.push(measure);
        }
    }
    let table = table.markdown();
    let path = bench.setup.folder.join("table.md");
    fs::write(&path, &table).with_context(|| format!("could not write {}", path.display()))?;
    println!("\n{table}\nwritten to {}", path.display());
    ensure!(failed.is_empty(), "not measured to the end: {failed:?}");
    Ok(())
}

impl Bench {
    /// Does the same in every browser; an error in one does not stop the others.
    async fn in_each_browser(
        &self,
        mut measure: impl AsyncFnMut(&Browser) -> Result<()>,
    ) -> Result<()> {
        with_each(&self.browsers, async |browser| {
            let measured = measure(browser).await;
            measured.with_context(|| browser.name.clone())
        })
        .await
    }
}

/// Does the same with each; an error with one does not stop the others.
async fn with_each<T>(items: &[T], mut act: impl AsyncFnMut(&T) -> Result<()>) -> Result<()> {
    let mut errors = Vec::new();
    for item in items {
        if let Err(error) = act(item).await {
            errors.push(format!("{error:#}"));
        }
    }
    ensure!(errors.is_empty(), "{}", errors.join("; "));
    Ok(())
}
