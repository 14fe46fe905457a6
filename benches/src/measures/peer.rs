//! A merge in the browser ÷ the same merge by mergekit: the same files, arithmetic in f32 and one
//! rounding in both.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;
use std::{fs, thread};

use anyhow::{Context as _, Result, bail, ensure};

use super::{copy::merge_task, inputs, warm};
use crate::Bench;
use crate::checkpoints::{Dtype, Llama, write_family};
use crate::memory::{Watch, pss_from};
use crate::stats::{Pairs, summary};
use crate::table::{Bar, Row, Table, Unit};

const ROLES: [&str; 3] = ["base", "target", "chat"];
/// TinyLlama-1.1B.
const LAYERS: u64 = 22;

pub async fn run(bench: &Bench, table: &mut Table) -> Result<()> {
    let Some(mergekit) = &bench.peer else {
        eprintln!("  left out: --peer names no mergekit-yaml");
        return Ok(());
    };
    let folder = inputs(bench)?;
    let llama = Llama::tiny(LAYERS);
    // The page tells Files apart by name, mergekit folders by their `config.json`.
    let files: Vec<PathBuf> = ROLES
        .iter()
        .map(|role| folder.path().join(role).join("model.safetensors"))
        .collect();
    write_family(&files, &llama.tensors(), Dtype::BF16)?;
    let mut given = Vec::new();
    for (role, file) in ROLES.iter().zip(&files) {
        let own = folder.path().join(role);
        fs::write(own.join("config.json"), llama.config(Dtype::BF16))?;
        let link = folder.path().join(format!("{role}.safetensors"));
        fs::hard_link(file, &link)?;
        given.push(link);
    }
    let recipe = folder.path().join("recipe.yml");
    fs::write(&recipe, yaml(folder.path()))?;
    let out = folder.path().join("mergekit");

    let names: Vec<String> = ROLES
        .iter()
        .map(|role| format!("{role}.safetensors"))
        .collect();
    let task = merge_task(&names, 1, "opfs");
    bench
        .in_each_browser(async |browser| {
            let page = browser.bench(&bench.setup, &given).await?;
            let mut peaks = Vec::new();
            let pairs = Pairs::measure(
                bench.runs,
                async || {
                    warm(&files)?;
                    Ok(page.merge(task.clone()).await?.seconds())
                },
                async || {
                    warm(&files)?;
                    let mut merge = Command::new(mergekit);
                    merge
                        .arg(&recipe)
                        .arg(&out)
                        .arg("--no-write-model-card")
                        .env("HF_HUB_OFFLINE", "1")
                        .stdout(Stdio::null())
                        .stderr(Stdio::piped());
                    let (seconds, peak) = run_watched(&mut merge)?;
                    ensure!(
                        fs::read_dir(&out)?.count() > 1,
                        "mergekit has written nothing"
                    );
                    fs::remove_dir_all(&out)?;
                    peaks.push(peak as f64 / 1e6);
                    Ok(seconds)
                },
            )
            .await?;
            page.close().await?;
            table.add(Row {
                measure: "our merge ÷ mergekit-yaml, 1.1 B parameters".to_owned(),
                place: browser.name.clone(),
                bar: Bar::AtMost(0.35),
                unit: Unit::Ratio,
                figure: pairs.ratio(),
                detail: format!(
                    "{:.1} s, {:.1} s; mergekit's peak PSS {:.0} MB",
                    summary(&pairs.ours).median,
                    summary(&pairs.theirs).median,
                    summary(&peaks).median
                ),
            });
            Ok(())
        })
        .await?;
    Ok(())
}

fn yaml(folder: &Path) -> String {
    let model = |role: &str| folder.join(role).display().to_string();
    format!(
        "merge_method: task_arithmetic\n\
         base_model: {}\n\
         models:\n\
         - model: {}\n  parameters: {{weight: 1.0}}\n\
         - model: {}\n  parameters: {{weight: 0.7}}\n\
         dtype: float32\n\
         out_dtype: bfloat16\n",
        model("base"),
        model("target"),
        model("chat")
    )
}

/// Runs a command to its end; returns its seconds and its peak PSS in bytes.
fn run_watched(command: &mut Command) -> Result<(f64, u64)> {
    let begin = Instant::now();
    let mut child = command.spawn().context("the peer could not be started")?;
    let pid = child.id();
    let watch = Watch::start(move || pss_from(pid));
    // A full pipe would stop it.
    let stderr = child.stderr.take();
    let reader = thread::spawn(move || stderr.map(std::io::read_to_string));
    let status = child.wait()?;
    let seconds = begin.elapsed().as_secs_f64();
    let peak = watch.peak()?;
    if !status.success() {
        let text = reader.join().ok().flatten().and_then(Result::ok);
        bail!("the peer failed ({status}): {}", text.unwrap_or_default());
    }
    Ok((seconds, peak))
}
