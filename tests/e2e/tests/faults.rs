//! What breaks in the middle: it is told, nothing that looks whole is left, and the page still works.
//! Files are really gone or cut; all else is made to fail by `tests/e2e/faults/worker.js`.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Result, ensure};
use e2e::models::{Model, weights};
use e2e::oracle::{self, Models};
use e2e::page::files_in;
use e2e::recipe::Recipe;
use e2e::stage::{Stage, case};
use e2e::{compare, sparse, vast};
use safetensors::Dtype;
use serde_json::json;

/// How long a fault may take to be told: a lost disk is asked again for a while.
const LONG: Duration = Duration::from_secs(120);

/// A base and a chat model of 24 MB each: many blocks, merged in a moment.
fn medium(stage: &Stage) -> Result<Models> {
    let model = |role: &str, seed| {
        let tensor = |i| {
            let name = format!("model.layers.{i}.mlp.up_proj.weight");
            weights(&name, Dtype::BF16, &[1000, 4000], seed)
        };
        let tensors: Vec<_> = (0..3).map(tensor).collect();
        Model::one_file(&stage.folder_of("medium").join(role), &tensors)
    };
    Ok(Models {
        base: model("base", 1)?,
        target: None,
        chats: vec![model("chat-1", 2)?],
    })
}

/// Waits until the problems say all of this, and returns them.
async fn told(stage: &Stage, words: &[&str]) -> Result<String> {
    let page = &stage.page;
    let told = async || {
        let problems = page.problems().await?;
        Ok(words.iter().all(|word| problems.contains(word)))
    };
    page.wait(&format!("{words:?}"), LONG, told).await?;
    page.problems().await
}

/// Nothing is offered for saving or was saved, and the private disk is given back.
async fn nothing_is_left(stage: &Stage) -> Result<()> {
    let links = stage.page.save_links().await?;
    ensure!(links.is_empty(), "{links:?} can be saved");
    if stage.engine.has_private_disk() {
        let left = async || Ok(stage.page.private_disk().await?.is_empty());
        stage.page.wait("an empty private disk", LONG, left).await?;
    }
    let saved = stage.out().exists() && !files_in(stage.out())?.is_empty();
    ensure!(!saved, "something was saved");
    Ok(())
}

/// Deletes what was done before the fault if the problems say that it is kept (see `resume.rs`):
/// nothing else is left.
async fn let_go(stage: &Stage, problems: &str) -> Result<()> {
    if problems.contains("is kept") {
        stage.page.press("Delete the interrupted merge").await?;
        stage.page.press("Delete").await?;
    }
    nothing_is_left(stage).await
}

/// The bytes of all files.
fn contents(models: &Models) -> Result<Vec<Vec<u8>>> {
    let files = models.base.files.iter().chain(&models.chats[0].files);
    Ok(files.map(fs::read).collect::<Result<_, _>>()?)
}

fn chat_file(models: &Models) -> &PathBuf {
    &models.chats[0].files[0]
}

#[tokio::test]
async fn a_file_deleted_after_it_was_given() -> Result<()> {
    case("fault-deleted-file", async |stage| {
        let models = medium(stage)?;
        stage.give(&models).await?;
        stage.page.ready().await?;
        fs::remove_file(chat_file(&models))?;
        stage.page.start_merge().await?;
        let words = ["`model.safetensors` of chat model 1", "Give it again"];
        let problems = told(stage, &words).await?;
        let_go(stage, &problems).await?;
        stage.merge_small_models().await
    })
    .await
}

#[tokio::test]
async fn a_file_cut_short_after_it_was_given() -> Result<()> {
    case("fault-cut-file", async |stage| {
        let models = medium(stage)?;
        stage.give(&models).await?;
        stage.page.ready().await?;
        // With the date that it had: nobody notices it by that.
        let date = fs::metadata(chat_file(&models))?.modified()?;
        let file = fs::File::options().write(true).open(chat_file(&models))?;
        file.set_len(12_000_000)?;
        file.set_modified(date)?;
        stage.page.start_merge().await?;
        let words = ["`model.safetensors` of chat model 1", "Give it again"];
        let problems = told(stage, &words).await?;
        let_go(stage, &problems).await?;
        stage.merge_small_models().await
    })
    .await
}

/// By another one of the same size. That it has another date Firefox does not see; nor does anybody
/// see it here: it is the header that is another one.
#[tokio::test]
async fn a_file_replaced_after_it_was_given() -> Result<()> {
    case("fault-replaced-file", async |stage| {
        let models = medium(stage)?;
        stage.give(&models).await?;
        stage.page.ready().await?;
        let chat = chat_file(&models);
        let date = fs::metadata(chat)?.modified()?;
        let text = fs::read(chat)?;
        let header = text.windows(2).position(|two| two == b"up").unwrap_or_default();
        sparse::write_at(chat, header as u64, b"pu")?;
        fs::File::options().write(true).open(chat)?.set_modified(date)?;
        stage.page.start_merge().await?;
        let words = [
            "`model.safetensors` of chat model 1: it was changed since it was given. Give it again.",
        ];
        let problems = told(stage, &words).await?;
        let_go(stage, &problems).await?;
        stage.merge_small_models().await
    })
    .await
}

#[tokio::test]
async fn a_read_that_fails_midway() -> Result<()> {
    case("fault-read", async |stage| {
        stage.open_faulty().await?;
        let models = medium(stage)?;
        let before = contents(&models)?;
        stage.give(&models).await?;
        stage.page.ready().await?;
        let fault = json!({ "what": "fail to read", "after": 5, "error": "NotReadableError" });
        stage.page.fault(fault).await?;
        stage.page.start_merge().await?;
        let words = ["`model.safetensors` of ", "it can't be read any more"];
        let problems = told(stage, &words).await?;
        ensure!(contents(&models)? == before, "the inputs were changed");
        // Without the fault.
        stage.page.client.refresh().await?;
        stage.page.loaded().await?;
        let_go(stage, &problems).await?;
        stage.merge_small_models().await
    })
    .await
}

/// The program that merges stops where nothing expects it; another one takes its place.
#[tokio::test]
async fn the_program_that_merges_fails() -> Result<()> {
    case("fault-program", async |stage| {
        stage.open_faulty().await?;
        vast::start_long_merge(stage).await?;
        let fault = json!({ "what": "throw", "in": "merge", "message": "boom" });
        stage.page.fault(fault).await?;
        told(
            stage,
            &[
                "stopped unexpectedly",
                "boom",
                "The merge stopped before its end.",
            ],
        )
        .await?;
        nothing_is_left(stage).await?;
        stage.merge_small_models().await
    })
    .await
}

/// A real refusal of memory, and the panic that Rust answers it with.
#[tokio::test]
async fn memory_runs_out() -> Result<()> {
    case("fault-memory", async |stage| {
        stage.open_faulty().await?;
        let models = medium(stage)?;
        stage.give(&models).await?;
        stage.page.ready().await?;
        let fault = json!({ "what": "use up memory", "in": "merge" });
        stage.page.fault(fault).await?;
        stage.page.start_merge().await?;
        told(
            stage,
            &["stopped unexpectedly", "The merge stopped before its end."],
        )
        .await?;
        nothing_is_left(stage).await?;
        // The models are read again by themselves.
        stage.page.ready().await?;
        stage.merge_and_save().await?;
        let expected = oracle::merge(&models, &Recipe::new(&[1.0]));
        compare::folder(stage.out(), &compare::as_target(&expected))
    })
    .await
}

/// Clocks jump by eight hours, and all timers are due: the merge goes on as if nothing had been.
#[tokio::test]
async fn the_computer_sleeps_during_a_merge() -> Result<()> {
    case("fault-sleep", async |stage| {
        let page = &stage.page;
        stage.open_faulty().await?;
        vast::start_long_merge(stage).await?;
        for _ in 0..3 {
            let sleep = "const now = performance.now.bind(performance);
                performance.now = () => now() + 8 * 3_600_000;
                faults.postMessage({ what: 'sleep', hours: 8 });
                await new Promise((then) => setTimeout(then, 100));
                return document.getElementById('cancel') !== null;";
            ensure!(page.script(sleep).await? == true, "the merge was over");
        }
        let over = async || Ok(!page.merge_status().await?.is_empty());
        page.wait("the end of the merge", LONG, over).await?;
        let status = page.merge_status().await?;
        ensure!(status == "Done. The result is below.", "{status}");
        page.press("Verify").await?;
        let verified = "return document.querySelector('.verify-status').innerText";
        let told = async || {
            let told = page.script(verified).await?;
            Ok(told
                .as_str()
                .is_some_and(|told| told.starts_with("Verified: ")))
        };
        page.wait("the verification", LONG, told).await
    })
    .await
}

/// While one merge runs there is no button to start another one.
#[tokio::test]
async fn a_second_merge_while_one_runs() -> Result<()> {
    case("fault-second-merge", async |stage| {
        let page = &stage.page;
        vast::start_long_merge(stage).await?;
        let buttons = "return document.querySelectorAll('#merge').length";
        ensure!(page.script(buttons).await? == 0, "Merge can be pressed");
        page.cancel().await?;
        nothing_is_left(stage).await?;
        stage.merge_small_models().await
    })
    .await
}

/// Pressed at once, then later and later, until the merge is done before.
#[tokio::test]
async fn cancel_at_every_stage() -> Result<()> {
    case("fault-cancel", async |stage| {
        let page = &stage.page;
        let models = medium(stage)?;
        stage.give(&models).await?;
        page.choose("Save to", "Downloads").await?;
        page.ready().await?;
        let mut cancelled = 0;
        for delay in (0..1000).step_by(20) {
            let script = format!(
                "const status = () => document.querySelector('.merge-status').textContent;
                 const cancel = () => document.getElementById('cancel');
                 document.getElementById('merge').click();
                 while (!cancel()) await new Promise(requestAnimationFrame);
                 if ({delay} > 0) await new Promise((then) => setTimeout(then, {delay}));
                 const late = !cancel();
                 cancel()?.click();
                 while (!status()) await new Promise(requestAnimationFrame);
                 return [status(), late];"
            );
            let ended = page.script(&script).await?;
            let (status, late): (String, bool) = serde_json::from_value(ended)?;
            if late {
                break;
            }
            // Pressed while the last answer is under way it may be too late.
            if status == "Done. The result is below." {
                ensure!(cancelled > 0, "Cancel was not heard after {delay} ms");
                break;
            }
            ensure!(status == "Cancelled. Nothing was kept.", "{status}");
            nothing_is_left(stage).await?;
            page.ready().await?;
            cancelled += 1;
        }
        ensure!(cancelled > 0, "no merge was cancelled");
        stage.merge_and_save().await?;
        let expected = oracle::merge(&models, &Recipe::new(&[1.0]));
        compare::folder(stage.out(), &compare::as_target(&expected))
    })
    .await
}
