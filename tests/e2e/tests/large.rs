//! Files over 4 GiB, and what takes a while: progress, Cancel, leaving.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use e2e::models::Model;
use e2e::oracle::{self, Models};
use e2e::page::{Counts, files_in};
use e2e::recipe::{Recipe, Rule};
use e2e::sparse;
use e2e::stage::case;
use e2e::vast::{Sparse, VAST, VAST_LEN, far, sparse, start_long_merge};
use serde_json::Value;

const FOUR_GIB: u64 = 1 << 32;
/// How long copying a vast file into the browser, or out of it, may take.
const LONG: Duration = Duration::from_secs(300);

#[tokio::test]
async fn tensors_past_4_gib() -> Result<()> {
    case("tensors-past-4-gib", async |stage| {
        let models = Models {
            base: sparse(stage, "base", 1)?.model,
            target: Some(Model::one_file(&stage.folder_of("target"), &far(2))?),
            chats: vec![sparse(stage, "chat-1", 3)?.model],
        };
        let recipe = Recipe::new(&[0.9]);
        stage.prepare(&models, &recipe).await?;
        let notices = stage.page.notices().await?;
        for role in ["base", "chat model 1"] {
            let told = format!("`{VAST}`: {role} has it, the target has not");
            ensure!(notices.contains(&told), "{told} is not in {notices}");
        }
        stage.merge_and_compare(&models, &recipe).await
    })
    .await
}

#[tokio::test]
async fn an_output_over_4_gib() -> Result<()> {
    case("an-output-over-4-gib", async |stage| {
        let Sparse { model, data } = sparse(stage, "target", 2)?;
        let marks = [0, (1 << 31) - 3, FOUR_GIB - 8, VAST_LEN - 16];
        for (i, &at) in marks.iter().enumerate() {
            sparse::write_at(&model.files[0], data + at, &mark(i))?;
        }
        let models = Models {
            base: Model::one_file(&stage.folder_of("base"), &far(1))?,
            target: Some(model),
            chats: vec![Model::one_file(&stage.folder_of("chat-1"), &far(3))?],
        };
        let mut recipe = Recipe::new(&[1.0]);
        recipe.rules = vec![Rule {
            pattern: "*.vast_proj.*",
            weights: vec![0.0],
            matches: vec![VAST],
        }];
        stage.prepare(&models, &recipe).await?;
        let counts = stage.page.counts().await?;
        let right = Counts {
            merged: 3,
            copied: 1,
            refused: 0,
        };
        ensure!(counts == right, "{counts:?}");
        let names = stage.page.merge_within(LONG).await?;
        stage.page.save(&names, LONG).await?;

        let file = stage.out().join("model.safetensors");
        let output = Output::open(&file)?;
        let size =
            output.data + VAST_LEN + far(2).iter().map(|t| t.bytes.len() as u64).sum::<u64>();
        ensure!(fs::metadata(&file)?.len() == size, "the size is not {size}");
        let [begin, _] = output.range(VAST)?;
        for (i, at) in marks.into_iter().enumerate() {
            let bytes = sparse::read_at(&file, begin + at, 16)?;
            ensure!(bytes == mark(i), "mark {i} is {bytes:?}");
        }
        for at in [1 << 20, 3 << 30, FOUR_GIB + (1 << 20)] {
            let bytes = sparse::read_at(&file, begin + at, 1 << 20)?;
            ensure!(bytes.iter().all(|&byte| byte == 0), "no zeros at {at}");
        }
        for expected in oracle::merge(&models, &recipe) {
            let tensor = expected.tensor;
            let [begin, end] = output.range(&tensor.name)?;
            let bytes = sparse::read_at(&file, begin, usize::try_from(end - begin)?)?;
            ensure!(bytes == tensor.bytes, "{} differs", tensor.name);
        }
        let [begin, _] = output.range("model.layers.2.far.weight")?;
        ensure!(begin > FOUR_GIB, "nothing was merged past 4 GiB");
        Ok(())
    })
    .await
}

fn mark(i: usize) -> Vec<u8> {
    vec![i as u8 + 1; 16]
}

/// The header of a file that is too large to be read as a whole.
struct Output {
    header: Value,
    data: u64,
}

impl Output {
    fn open(file: &Path) -> Result<Self> {
        let prefix = sparse::read_at(file, 0, 8)?;
        let len = u64::from_le_bytes(prefix[..].try_into()?);
        let json = sparse::read_at(file, 8, usize::try_from(len)?)?;
        let header = serde_json::from_slice(&json)?;
        let data = 8 + len;
        Ok(Self { header, data })
    }

    /// Where a tensor lies, from the start of the file.
    fn range(&self, tensor: &str) -> Result<[u64; 2]> {
        let offsets = &self.header[tensor]["data_offsets"];
        let offset = |i: usize| offsets[i].as_u64().with_context(|| tensor.to_owned());
        Ok([self.data + offset(0)?, self.data + offset(1)?])
    }
}

#[tokio::test]
async fn cancel_leaves_nothing_behind() -> Result<()> {
    case("cancel", async |stage| {
        let page = &stage.page;
        start_long_merge(stage).await?;
        for (name, role) in [("Merge progress", "progressbar"), ("Cancel", "button")] {
            let is = page.role_of(name).await?;
            ensure!(is == role, "`{name}` is a {is}, not a {role}");
        }
        if stage.engine.has_private_disk() {
            ensure!(!page.private_disk().await?.is_empty());
        }
        let pressed = Instant::now();
        page.cancel().await?;
        let took = pressed.elapsed();
        ensure!(took < Duration::from_secs(5), "Cancel took {took:?}");

        ensure!(page.save_links().await?.is_empty());
        if stage.engine.has_private_disk() {
            let left = page.private_disk().await?;
            ensure!(left.is_empty(), "{left:?} is on the private disk");
        }
        ensure!(!stage.out().exists() || files_in(stage.out())?.is_empty());
        let problems = page.problems().await?;
        ensure!(problems.is_empty(), "{problems}");

        // The page is ready for the next merge.
        stage.merge_small_models().await
    })
    .await
}

/// The browser asks before the page is left (for real in `chromium.rs`), but only as long as there
/// is something to lose.
#[tokio::test]
async fn leaving_mid_merge_would_ask_first() -> Result<()> {
    case("leaving", async |stage| {
        let page = &stage.page;
        let asks = async || {
            let leave = "const leaving = new Event('beforeunload', { cancelable: true });
                dispatchEvent(leaving);
                return leaving.defaultPrevented;";
            Ok::<_, anyhow::Error>(page.script(leave).await? == true)
        };
        ensure!(!asks().await?, "it asks before there is anything");
        start_long_merge(stage).await?;
        ensure!(asks().await?, "it does not ask");
        page.cancel().await?;
        ensure!(!asks().await?, "it asks after a cancelled merge");
        Ok(())
    })
    .await
}
