//! What is measured, one file per question.

mod copy;
mod kernels;
mod learn;
mod load;
mod memory;
mod peer;
mod reading;
mod seed;
mod tensors;
mod workers;

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::ValueEnum;

use crate::Bench;
use crate::table::Table;

/// In the order in which they run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Measure {
    /// A whole merge ÷ a pure copy of the same bytes, Downloads route
    Copy,
    /// The same, written through `createWritable` as a chosen file is
    Picker,
    /// Copies with more workers ÷ with one
    Workers,
    /// Our reader ÷ the fastest plain-JavaScript one
    Reading,
    /// Peak memory of the whole browser
    Memory,
    /// simd128 ÷ scalar, F16 ÷ BF16
    Kernels,
    /// Many small tensors ÷ few large ones
    Tensors,
    /// How soon the page is there, and its size
    Load,
    /// The learn page's tiny models: merges, redraws and replies
    Learn,
    /// A merge ÷ mergekit's, with --peer
    Peer,
    /// Mistral-7B's shapes, 3 × 14.5 GB in, 29 GB out; only when named
    Seed,
}

impl Measure {
    /// All that a plain run measures.
    pub fn usual() -> Vec<Self> {
        let all = Self::value_variants().iter().copied();
        all.filter(|&measure| measure != Self::Seed).collect()
    }

    pub async fn run(self, bench: &Bench, table: &mut Table) -> Result<()> {
        eprintln!("bench: {self:?}");
        match self {
            Self::Copy => copy::downloads(bench, table).await,
            Self::Picker => copy::picker(bench, table).await,
            Self::Workers => workers::run(bench, table).await,
            Self::Reading => reading::run(bench, table).await,
            Self::Memory => memory::run(bench, table).await,
            Self::Kernels => kernels::run(bench, table).await,
            Self::Tensors => tensors::run(bench, table).await,
            Self::Load => load::run(bench, table).await,
            Self::Learn => learn::run(bench, table).await,
            Self::Peer => peer::run(bench, table).await,
            Self::Seed => seed::run(bench, table).await,
        }
    }
}

/// A folder for inputs that goes with its owner.
fn inputs(bench: &Bench) -> Result<tempfile::TempDir> {
    fs::create_dir_all(&bench.setup.folder)?;
    let mut builder = tempfile::Builder::new();
    Ok(builder.prefix("inputs-").tempdir_in(&bench.setup.folder)?)
}

/// Reads files once, so that they lie in the page cache.
fn warm(files: &[PathBuf]) -> Result<()> {
    for file in files {
        io::copy(&mut File::open(file)?, &mut io::sink())?;
    }
    Ok(())
}

/// Where the models of a family go: base, then chat models.
fn family(folder: &Path, models: usize) -> Vec<PathBuf> {
    let name = |i: usize| match i {
        0 => "base.safetensors".to_owned(),
        i => format!("chat-{i}.safetensors"),
    };
    (0..models).map(|i| folder.join(name(i))).collect()
}
