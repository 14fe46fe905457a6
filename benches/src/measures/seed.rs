//! At the seed's size: the shapes and shards of Mistral-7B, base and two chat models in BF16,
//! merged to F32 as `mistral_tv-neural-marconroni` was: 43 GB in, 29 GB out. Most tensors are
//! holes; those that are not are checked against plain arithmetic on what lies on disk.

use std::collections::BTreeMap;
use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use half::bf16;
use serde_json::{Value, json};

use super::{inputs, warm};
use crate::Bench;
use crate::browser::{Sample, name};
use crate::checkpoints::{Dtype, Llama, parameters, shards, write_sparse_family};
use crate::memory::{SETTLE, Watch, pss_below};
use crate::stats::summary;
use crate::table::{Bar, Row, Table, Unit};

/// What `save_pretrained` cut the published shards at.
const SHARD: u64 = 5_000_000_000;
const MODELS: [&str; 3] = ["base", "chat-1", "chat-2"];
/// The fastest plain way to read, or as fast as any, in both browsers.
const WAY: &str = "BYOB, two buffers of 1 MiB";
const WEIGHTS: [f32; 2] = [0.6, 0.4];
/// Firefox gives a site about 10.7 GB, so that each shard is let go before the next is written; the
/// copy's files have this size.
const ROOM: u64 = 10_000_000_000;
/// Elements that are compared at each place.
const SAMPLE: usize = 4096;
/// Tensors with real weights, some in each shard, beside all norms.
const REAL: [&str; 6] = [
    "lm_head.weight",
    "model.embed_tokens.weight",
    "model.layers.0.self_attn.q_proj.weight",
    "model.layers.10.mlp.down_proj.weight",
    "model.layers.20.self_attn.k_proj.weight",
    "model.layers.31.mlp.gate_proj.weight",
];

pub async fn run(bench: &Bench, table: &mut Table) -> Result<()> {
    let folder = inputs(bench)?;
    let tensors = Llama::mistral().tensors();
    let shards = shards(&tensors, Dtype::BF16, SHARD);
    let mut models: [Vec<PathBuf>; 3] = Default::default();
    for (i, shard) in shards.iter().enumerate() {
        let paths = MODELS.map(|role| {
            let name = format!("{role}-{:05}-of-{:05}.safetensors", i + 1, shards.len());
            folder.path().join(name)
        });
        write_sparse_family(&paths, shard, Dtype::BF16, is_real)?;
        for (model, path) in models.iter_mut().zip(paths) {
            model.push(path);
        }
    }
    let names = models
        .each_ref()
        .map(|files| files.iter().map(|file| name(file)).collect());
    let [base, first, second]: [Vec<String>; 3] = names;
    let parameters = parameters(&tensors);
    let names = tensors.iter().map(|(name, _)| name);
    let real: Vec<&String> = names.filter(|name| is_real(name)).collect();

    bench
        .in_each_browser(async |browser| {
            let page = browser.bench(&bench.setup, &models.concat()).await?;
            let driver = browser.pid;
            tokio::time::sleep(SETTLE).await;
            let idle = pss_below(driver)?;
            // Memory that the machine has not used for a while is slow at first: without this, who
            // comes first would fill the page cache for the other.
            warm(&models.concat())?;
            let watch = Watch::start(move || pss_below(driver));
            let merged = page
                .merge(json!({
                    "models": { "base": base, "target": null, "chats": [first, second] },
                    "weights": WEIGHTS,
                    "outputDtype": "F32",
                    "sink": "opfs",
                    "each": true,
                    "sampled": { "tensors": real, "elements": SAMPLE },
                }))
                .await;
            let peak = watch.peak()?.saturating_sub(idle) as f64 / 1e6;
            let merged = merged?;
            let checked = check(&merged.samples, &models)?;
            let row = |measure: &str, bar, unit, figure, detail| Row {
                measure: format!("Mistral-7B's size, 3 × 14.5 GB in, 29.0 GB out: {measure}"),
                place: browser.name.clone(),
                bar,
                unit,
                figure: summary(&[figure]),
                detail,
            };
            table.add(row(
                "peak PSS above the idle page",
                Bar::AtMost(150.0),
                Unit::Megabytes,
                peak,
                format!("wasm heap {:.1} MB", merged.heap / 1e6),
            ));
            table.add(row(
                "merge",
                Bar::None,
                Unit::Seconds,
                merged.seconds(),
                format!(
                    "{checked} sampled elements equal to plain arithmetic; most inputs are holes; \
                     each shard let go before the next"
                ),
            ));
            page.clean().await?;
            warm(&models.concat())?;
            // Watching takes time of the processors: the copy has it too.
            let watch = Watch::start(move || pss_below(driver));
            let copied = page
                .copy(json!({
                    "inputs": [base, first, second],
                    "way": WAY,
                    "output": parameters * 4,
                    "room": ROOM,
                    "sink": "opfs",
                }))
                .await;
            watch.peak()?;
            let copied = copied?;
            page.close().await?;
            table.add(row(
                "merge ÷ pure copy",
                Bar::None,
                Unit::Ratio,
                merged.seconds() / copied.seconds(),
                format!(
                    "copy {:.0} s (reads: {WAY}; stalled {} times)",
                    copied.seconds(),
                    copied.stalls
                ),
            ));
            Ok(())
        })
        .await?;
    Ok(())
}

/// Compares elements of the result with an own computation, and returns how many.
fn check(samples: &[Sample], models: &[Vec<PathBuf>; 3]) -> Result<usize> {
    let sources: Vec<BTreeMap<String, Place>> = models
        .iter()
        .map(|files| places(files))
        .collect::<Result<_>>()?;
    let mut checked = 0;
    for sample in samples {
        let Sample { tensor, first, .. } = sample;
        let bytes = sample.bytes()?;
        let len = bytes.len() / 4;
        let mut operands = Vec::new();
        for source in &sources {
            operands.push(source[tensor].read(*first, len)?);
        }
        let expected: Vec<u8> = (0..len)
            .flat_map(|i| {
                let base = operands[0][i];
                let mut sum = base;
                for (weight, chat) in WEIGHTS.iter().zip(&operands[1..]) {
                    sum += weight * (chat[i] - base);
                }
                sum.to_le_bytes()
            })
            .collect();
        ensure!(
            bytes == expected,
            "{tensor} differs from element {first} on"
        );
        ensure!(bytes.iter().any(|&byte| byte != 0), "{tensor} is all zeros");
        checked += len;
    }
    ensure!(checked > 100_000, "only {checked} elements were compared");
    Ok(checked)
}

fn is_real(name: &str) -> bool {
    REAL.contains(&name) || name.contains("norm")
}

/// Where a BF16 tensor lies.
struct Place {
    file: PathBuf,
    begin: u64,
}

impl Place {
    fn read(&self, first: u64, len: usize) -> Result<Vec<f32>> {
        let mut bytes = vec![0; len * 2];
        File::open(&self.file)?.read_exact_at(&mut bytes, self.begin + first * 2)?;
        let words = bytes.chunks_exact(2).map(|word| [word[0], word[1]]);
        Ok(words
            .map(|word| bf16::from_le_bytes(word).to_f32())
            .collect())
    }
}

fn places(files: &[PathBuf]) -> Result<BTreeMap<String, Place>> {
    let mut places = BTreeMap::new();
    for file in files {
        let (start, header) = read_header(file)?;
        for (name, info) in header {
            if let Some(begin) = info["data_offsets"][0].as_u64() {
                let file = file.clone();
                places.insert(
                    name,
                    Place {
                        file,
                        begin: start + begin,
                    },
                );
            }
        }
    }
    Ok(places)
}

fn read_header(path: &Path) -> Result<(u64, BTreeMap<String, Value>)> {
    let file = File::open(path)?;
    let mut prefix = [0; 8];
    file.read_exact_at(&mut prefix, 0)?;
    let len = u64::from_le_bytes(prefix);
    let mut header = vec![0; len as usize];
    file.read_exact_at(&mut header, 8)?;
    Ok((8 + len, serde_json::from_slice(&header)?))
}
