//! What works: files in, merged files on disk, compared with the formula.

use std::fs;

use anyhow::{Context as _, Result, ensure};
use e2e::compare;
use e2e::models::{
    EMBEDDINGS, HEAD, INDEX, Llama, Model, NORM, Tensor, in_order, of_values, raw, shard_name,
    weights,
};
use e2e::oracle::{self, Models};
use e2e::recipe::{MERGE_ROWS, Recipe, Rule};
use e2e::stage::{Stage, case};
use safetensors::Dtype;

/// Base, target and chat model of one dtype, each in one file.
fn three(stage: &Stage, shape: Llama) -> Result<Models> {
    let one = |role, seed| Model::one_file(&stage.folder_of(role), &shape.tensors(seed));
    Ok(Models {
        base: one("base", 1)?,
        target: Some(one("target", 2)?),
        chats: vec![one("chat-1", 3)?],
    })
}

#[tokio::test]
async fn one_file() -> Result<()> {
    case("one-file", async |stage| {
        // More than a chunk of each of the larger tensors.
        let models = three(
            stage,
            Llama {
                dtype: Dtype::BF16,
                vocabulary: 12_000,
                hidden: 256,
                layers: 2,
            },
        )?;
        let recipe = Recipe::new(&[0.7]);
        stage.prepare(&models, &recipe).await?;
        stage.merge_and_compare(&models, &recipe).await?;

        // The same inputs and recipe give the same bytes.
        let (out, first) = (stage.out(), stage.folder.join("first"));
        fs::rename(out, &first)?;
        stage.merge_and_save().await?;
        let bytes = |folder: &std::path::Path| fs::read(folder.join("model.safetensors"));
        ensure!(bytes(out)? == bytes(&first)?, "a second merge differs");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn shards_with_an_index() -> Result<()> {
    case("shards-with-an-index", async |stage| {
        let shape = Llama::small(Dtype::BF16);
        let sharded = |role: &str, seed, at: &[usize]| {
            let tensors = shape.tensors(seed);
            let mut shards = Vec::new();
            let mut rest = &tensors[..];
            for at in at {
                let (shard, others) = rest.split_at(*at);
                shards.push(shard);
                rest = others;
            }
            shards.push(rest);
            Model::indexed(&stage.folder_of(role), &shards)
        };
        let models = Models {
            base: sharded("base", 1, &[4])?,
            target: Some(sharded("target", 2, &[2, 5])?),
            chats: vec![sharded("chat-1", 3, &[1, 1, 1])?],
        };
        let recipe = Recipe::new(&[1.0]);
        stage.prepare(&models, &recipe).await?;
        stage.merge_and_compare(&models, &recipe).await?;
        let names: Vec<_> = (0..3).map(|i| shard_name(i, 3)).collect();
        ensure!(e2e::page::files_in(stage.out())? == [&names[..], &[INDEX.into()]].concat());
        Ok(())
    })
    .await
}

/// The form of mistral_tv-neural-marconroni.
#[tokio::test]
async fn two_chat_models_without_a_target() -> Result<()> {
    case("two-chat-models-without-a-target", async |stage| {
        let shape = Llama::small(Dtype::BF16);
        let (b, c, d) = (shape.tensors(1), shape.tensors(2), shape.tensors(3));
        let folder = |role| stage.folder_of(role);
        let models = Models {
            base: Model::shards(&folder("base"), &[&b[..3], &b[3..9], &b[9..]])?,
            target: None,
            chats: vec![
                Model::shards(&folder("chat-1"), &[&c[..5], &c[5..]])?,
                Model::shards(&folder("chat-2"), &[&d[..1], &d[1..4], &d[4..]])?,
            ],
        };
        let mut recipe = Recipe::new(&[1.0, 1.0]);
        recipe.output_dtype = "F32";
        stage.prepare(&models, &recipe).await?;
        stage.merge_and_compare(&models, &recipe).await
    })
    .await
}

/// The target has more tokens than base and chat, which differ by one themselves.
fn extended(stage: &Stage) -> Result<Models> {
    let model = |role, vocabulary, seed| {
        let shape = Llama {
            vocabulary,
            ..Llama::small(Dtype::BF16)
        };
        Model::one_file(&stage.folder_of(role), &shape.tensors(seed))
    };
    Ok(Models {
        base: model("base", 300, 1)?,
        target: Some(model("target", 340, 2)?),
        chats: vec![model("chat-1", 301, 3)?],
    })
}

#[tokio::test]
async fn an_extended_vocabulary_is_copied() -> Result<()> {
    case("an-extended-vocabulary-is-copied", async |stage| {
        let models = extended(stage)?;
        let recipe = Recipe::new(&[1.0]);
        stage.prepare(&models, &recipe).await?;
        let counts = stage.page.counts().await?;
        ensure!(counts.copied == 2, "{counts:?}");
        let notices = stage.page.notices().await?;
        ensure!(
            notices.contains(EMBEDDINGS) && notices.contains("the target's rows are kept"),
            "{notices}"
        );
        stage.merge_and_compare(&models, &recipe).await
    })
    .await
}

#[tokio::test]
async fn an_extended_vocabulary_is_merged() -> Result<()> {
    case("an-extended-vocabulary-is-merged", async |stage| {
        let models = extended(stage)?;
        let mut recipe = Recipe::new(&[1.0]);
        recipe.embedding_rows = MERGE_ROWS;
        stage.prepare(&models, &recipe).await?;
        let counts = stage.page.counts().await?;
        ensure!(counts.copied == 0, "{counts:?}");
        stage.merge_and_compare(&models, &recipe).await
    })
    .await
}

/// Every model has another dtype, and one tensor is F64; what is too large for F16 is infinite.
#[tokio::test]
async fn mixed_dtypes() -> Result<()> {
    case("mixed-dtypes", async |stage| {
        let model = |role, dtype, seed: u64| {
            let mut tensors = Llama::small(dtype).tensors(seed);
            tensors.push(weights("model.double", Dtype::F64, &[123], seed));
            tensors.push(weights("model.half_in_one", Dtype::F64, &[57], seed));
            if role == "chat-1" {
                let last = tensors.len() - 1;
                tensors[last] = weights("model.half_in_one", Dtype::BF16, &[57], seed);
            }
            let large = [6e4, -6e4, 1.0, f64::NAN, f64::INFINITY].map(|x| x * seed as f64 / 3.0);
            tensors.push(of_values("model.large", dtype, &[5], large));
            Model::one_file(&stage.folder_of(role), &tensors)
        };
        let models = Models {
            base: model("base", Dtype::F32, 1)?,
            target: Some(model("target", Dtype::BF16, 2)?),
            chats: vec![model("chat-1", Dtype::F16, 3)?],
        };
        let mut recipe = Recipe::new(&[1.25]);
        recipe.output_dtype = "F16";
        stage.prepare(&models, &recipe).await?;
        stage.merge_and_compare(&models, &recipe).await?;
        // ∞ − ∞ is NaN, beside the NaN that was there; ±90,000 are no F16.
        let told = stage.page.nonfinite().await?;
        let line = told.lines().find(|line| line.starts_with("model.large"));
        ensure!(line == Some("model.large 2 2"), "{told}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn integers_are_copied() -> Result<()> {
    case("integers-are-copied", async |stage| {
        let model = |role, seed| {
            let mut tensors = Llama::small(Dtype::F16).tensors(seed);
            if role == "target" {
                let ids: Vec<u8> = (0..80).collect();
                tensors.push(raw("model.ids", Dtype::I64, &[10], &ids));
                tensors.push(raw("model.mask", Dtype::BOOL, &[3], &[1, 0, 1]));
                tensors.push(raw(
                    "model.fp8",
                    Dtype::F8_E4M3,
                    &[5],
                    &[0x7f, 0x80, 1, 2, 3],
                ));
            }
            Model::one_file(&stage.folder_of(role), &tensors)
        };
        let models = Models {
            base: model("base", 1)?,
            target: Some(model("target", 2)?),
            chats: vec![model("chat-1", 3)?],
        };
        let mut recipe = Recipe::new(&[-0.5]);
        recipe.output_dtype = "BF16";
        stage.prepare(&models, &recipe).await?;
        let notices = stage.page.notices().await?;
        for (tensor, dtype) in [
            ("model.ids", "I64"),
            ("model.mask", "BOOL"),
            ("model.fp8", "F8_E4M3"),
        ] {
            let told = format!("{tensor}`: {dtype} does not merge");
            ensure!(notices.contains(&told), "{told} is not in {notices}");
        }
        stage.merge_and_compare(&models, &recipe).await
    })
    .await
}

#[tokio::test]
async fn a_preset_leaves_tensors_alone() -> Result<()> {
    case("a-preset", async |stage| {
        let models = three(stage, Llama::small(Dtype::BF16))?;
        stage.give(&models).await?;
        let page = &stage.page;
        page.ask_for(&Recipe::new(&[1.0])).await?;
        page.choose("Tensor rules preset", "skip embeddings, lm_head and norms")
            .await?;
        page.ready().await?;
        for (rule, count) in [(1, "1 tensor"), (2, "1 tensor"), (3, "3 tensors")] {
            let told = page.rule_count(rule).await?;
            ensure!(told == count, "rule {rule}: {told}, not {count}");
        }
        let mut recipe = Recipe::new(&[1.0]);
        recipe.rules = vec![
            leave_alone(
                "{*embed*,*wte*,*wpe*,*emb.weight,shared.weight}",
                &[EMBEDDINGS],
            ),
            leave_alone("{*lm_head*,output.weight}", &[HEAD]),
            leave_alone(
                "{*norm*,*ln_*}",
                &[
                    NORM,
                    "model.layers.0.input_layernorm.weight",
                    "model.layers.1.input_layernorm.weight",
                ],
            ),
        ];
        stage.merge_and_compare(&models, &recipe).await
    })
    .await
}

fn leave_alone(pattern: &'static str, matches: &[&'static str]) -> Rule {
    Rule {
        pattern,
        weights: vec![0.0],
        matches: matches.to_vec(),
    }
}

/// A person's own rules: the first that matches wins, and the counts say so as they are typed.
#[tokio::test]
async fn rules_of_ones_own() -> Result<()> {
    case("rules-of-ones-own", async |stage| {
        let models = three(stage, Llama::small(Dtype::BF16))?;
        let mut recipe = Recipe::new(&[0.5]);
        let rule = |pattern, weight, matches: &[&'static str]| Rule {
            pattern,
            weights: vec![weight],
            matches: matches.to_vec(),
        };
        recipe.rules = vec![
            rule(
                "model.layers.1.*_proj.weight",
                -0.25,
                &[
                    "model.layers.1.mlp.down_proj.weight",
                    "model.layers.1.mlp.up_proj.weight",
                    "model.layers.1.self_attn.k_proj.weight",
                    "model.layers.1.self_attn.q_proj.weight",
                ],
            ),
            rule(
                "*.[0-9].mlp.{up,gate}_proj.weight",
                0.0,
                &["model.layers.0.mlp.up_proj.weight"],
            ),
            rule("no such tensor*", 2.0, &[]),
        ];
        stage.prepare(&models, &recipe).await?;
        let page = &stage.page;
        for (rule, count) in [
            (1, "4 tensors"),
            (2, "1 tensor of 2 that match"),
            (3, "0 tensors"),
        ] {
            let told = page.rule_count(rule).await?;
            ensure!(told == count, "rule {rule}: {told}, not {count}");
        }
        page.enter("Rule 3 pattern", "*norm*").await?;
        page.ready().await?;
        let told = page.rule_count(3).await?;
        ensure!(told == "3 tensors", "rule 3 is now {told}");
        page.press("Remove rule 3").await?;
        page.ready().await?;
        recipe.rules.pop();
        stage.merge_and_compare(&models, &recipe).await
    })
    .await
}

/// A folder as it is downloaded: config.json says that the head is tied to the embeddings.
#[tokio::test]
async fn tied_embeddings() -> Result<()> {
    case("tied-embeddings", async |stage| {
        let shape = Llama::small(Dtype::BF16);
        let tied = |role, seed| -> Result<Model> {
            let folder = stage.folder_of(role);
            let mut tensors = shape.tensors(seed);
            tensors.retain(|tensor| tensor.name != HEAD);
            let mut model = Model::one_file(&folder, &tensors)?;
            let config = br#"{"model_type": "llama", "tie_word_embeddings": true}"#;
            model.add(&folder, "config.json", config)?;
            model.add(&folder, "tokenizer.json", b"{}")?;
            model.add(&folder, "README.md", b"# A model\n")?;
            Ok(model)
        };
        let models = Models {
            base: tied("base", 1)?,
            target: Some(Model::one_file(
                &stage.folder_of("target"),
                &shape.tensors(2),
            )?),
            chats: vec![tied("chat-1", 3)?],
        };
        let recipe = Recipe::new(&[1.0]);
        stage.prepare(&models, &recipe).await?;
        let notices = stage.page.notices().await?;
        for role in ["base", "chat model 1"] {
            let told = format!("`{HEAD}`: {role} ties it to `{EMBEDDINGS}`");
            ensure!(notices.contains(&told), "{told} is not in {notices}");
        }
        stage.merge_and_compare(&models, &recipe).await
    })
    .await
}

#[tokio::test]
async fn shards_of_at_most_so_many_gigabytes() -> Result<()> {
    case("shards-of-at-most", async |stage| {
        let models = three(stage, Llama::small(Dtype::F32))?;
        let recipe = Recipe::new(&[1.0]);
        stage.prepare(&models, &recipe).await?;
        let page = &stage.page;
        page.choose("Shards", "at most N GB a shard").await?;
        page.enter("Shard size in GB", "0.00006").await?;
        page.ready().await?;
        let names = page.merge().await?;
        page.save(&names, std::time::Duration::from_secs(30))
            .await?;

        // As many tensors a file as fit, in the target's order, and none left out.
        let expected = oracle::merge(&models, &recipe);
        let limit = 60_000;
        let count = names.len() - 1;
        ensure!(count >= 4, "{names:?}");
        let mut rest = &expected[..];
        let mut files = Vec::new();
        for (i, name) in (0..count).map(|i| shard_name(i, count)).enumerate() {
            let bytes = fs::read(stage.out().join(&name))?;
            let held = in_order(&bytes)?.len();
            ensure!(bytes.len() <= limit || held == 1, "{name}: {}", bytes.len());
            let shard;
            (shard, rest) = rest.split_at_checked(held).context("too many tensors")?;
            if let Some(next) = rest.first() {
                let with_next = bytes.len() + next.tensor.bytes.len() + 200;
                ensure!(
                    with_next > limit,
                    "{name} ({i}) has room for the next tensor"
                );
            }
            let tensors: Vec<&Tensor> = shard.iter().map(|e| &e.tensor).collect();
            files.push((name, tensors));
        }
        compare::folder(stage.out(), &files)?;
        stage.leave_for_python(&models, &recipe, &expected)
    })
    .await
}

#[tokio::test]
async fn one_file_out_of_shards() -> Result<()> {
    case("one-file-out-of-shards", async |stage| {
        let shape = Llama::small(Dtype::BF16);
        let target = shape.tensors(2);
        let models = Models {
            base: Model::one_file(&stage.folder_of("base"), &shape.tensors(1))?,
            target: Some(Model::indexed(
                &stage.folder_of("target"),
                &[&target[..2], &target[2..7], &target[7..]],
            )?),
            chats: vec![Model::one_file(
                &stage.folder_of("chat-1"),
                &shape.tensors(3),
            )?],
        };
        let recipe = Recipe::new(&[1.5]);
        stage.prepare(&models, &recipe).await?;
        stage.page.choose("Shards", "one file").await?;
        stage.page.ready().await?;
        stage
            .merge_and_compare_as(&models, &recipe, compare::one_file)
            .await
    })
    .await
}
