//! Whole folders: what lies beside the weights goes in and comes out, as files and as one zip; and
//! recipes, saved and opened again.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Result, ensure};
use e2e::compare;
use e2e::models::{Llama, Model, file, write};
use e2e::oracle::{self, Models};
use e2e::page::Page;
use e2e::recipe::{Recipe, Rule};
use e2e::stage::{Stage, case};
use fantoccini::Locator;
use safetensors::Dtype;
use serde_json::{Value, json};

const SAVE: Duration = Duration::from_secs(30);
const ZIP: &str = "merged-model.zip";
const RECIPE: &str = "chat_vector_recipe.json";

const CONFIG: &str = "{\n  \"eos_token_id\": 2,\n  \"rope_theta\": 10000.0,\n  \
                      \"torch_dtype\": \"bfloat16\"\n}\n";

/// A model that is its weights alone.
fn small(stage: &Stage, role: &str, seed: u64) -> Result<Model> {
    let tensors = Llama::small(Dtype::BF16).tensors(seed);
    Model::one_file(&stage.folder_of(role), &tensors)
}

/// A model's folder; the tokenizers of all have `</s>` and `<|end|>`.
fn model(stage: &Stage, role: &str, seed: u64, beside: &[(&str, &str)]) -> Result<Model> {
    let folder = stage.folder_of(role);
    let mut model = Model::one_file(&folder, &Llama::small(Dtype::BF16).tensors(seed))?;
    let tokenizer = json!({
        "added_tokens": [
            {"id": 2, "content": "</s>", "special": true},
            {"id": 7, "content": "<|end|>", "special": true},
        ],
        "model": {"vocab": {"\u{5c64}": 0}},
    });
    model.add(&folder, "tokenizer.json", tokenizer.to_string().as_bytes())?;
    for (name, text) in beside {
        model.add(&folder, name, text.as_bytes())?;
    }
    Ok(model)
}

fn models(stage: &Stage) -> Result<Models> {
    let chat_config = r#"{"eos_token_id": 7}"#;
    let base = [
        ("config.json", CONFIG),
        ("tokenizer_config.json", r#"{"eos_token": "</s>"}"#),
        ("LICENSE", "free"),
    ];
    let chat = [
        ("config.json", chat_config),
        ("chat_template.jinja", "{{ messages }}"),
        (
            "generation_config.json",
            r#"{"eos_token_id": 7, "top_p": 0.9}"#,
        ),
    ];
    Ok(Models {
        base: model(stage, "base", 1, &base)?,
        target: None,
        chats: vec![model(stage, "chat-1", 2, &chat)?],
    })
}

fn text(path: impl AsRef<Path>) -> Result<String> {
    Ok(fs::read_to_string(path)?)
}

fn value(path: impl AsRef<Path>) -> Result<Value> {
    Ok(serde_json::from_slice(&fs::read(path)?)?)
}

#[tokio::test]
async fn a_folder_goes_in_and_a_folder_comes_out() -> Result<()> {
    case("folder", async |stage| {
        let (page, out) = (&stage.page, stage.out());
        let models = models(stage)?;
        let mut recipe = Recipe::new(&[0.7]);
        recipe.output_dtype = "F32";
        stage.prepare(&models, &recipe).await?;
        page.enter("Base name", "org/base-1b").await?;
        page.enter("Chat model 1 name", "org/chat-1b").await?;
        page.ready().await?;
        let told = page.text("Beside the weights").await?;
        ensure!(
            told == "Config and tokenizer: base (`org/base-1b`), with dtype F32.\n\
                     Chat template: chat model 1 (`org/chat-1b`).\n\
                     End of turn (eos): chat model 1 (`org/chat-1b`).\n\
                     Generation settings: chat model 1 (`org/chat-1b`).\n\
                     Model card and recipe: of this merge.",
            "{told}"
        );
        let names = page.merge().await?;
        page.save(&names, SAVE).await?;

        let right = [
            "model.safetensors",
            "config.json",
            "tokenizer_config.json",
            "chat_template.jinja",
            "generation_config.json",
            "LICENSE",
            "tokenizer.json",
            RECIPE,
            "README.md",
        ];
        ensure!(names == right, "{names:?}");
        let changed = CONFIG.replace("bfloat16", "float32").replace(": 2", ": 7");
        ensure!(text(out.join("config.json"))? == changed);
        ensure!(text(out.join("chat_template.jinja"))? == "{{ messages }}");
        ensure!(value(out.join("generation_config.json"))?["top_p"] == 0.9);
        let tokenizer = stage.folder_of("base").join("tokenizer.json");
        ensure!(fs::read(out.join("tokenizer.json"))? == fs::read(tokenizer)?);
        let card = text(out.join("README.md"))?;
        ensure!(
            card.starts_with(
                "---\nbase_model:\n- \"org/base-1b\"\n- \"org/chat-1b\"\nbase_model_relation: merge\n"
            ),
            "{card}"
        );
        ensure!(value(out.join(RECIPE))?["recipe"]["weights"] == json!([0.7]));
        let expected = oracle::merge(&models, &recipe);
        let weights = fs::read(out.join("model.safetensors"))?;
        let tensors: Vec<_> = expected.iter().map(|expected| &expected.tensor).collect();
        compare::file(&weights, &tensors)?;

        // `tests/python` opens the zip, and compares it with the files.
        page.press("Put all files into one zip").await?;
        page.named(&format!("Save {ZIP}")).await?;
        page.save(&[ZIP.to_owned()], SAVE).await?;
        stage.leave_for_python(&models, &recipe, &expected)
    })
    .await
}

#[tokio::test]
async fn weights_alone_can_be_had() -> Result<()> {
    case("weights-only", async |stage| {
        let models = models(stage)?;
        let recipe = Recipe::new(&[1.0]);
        stage.prepare(&models, &recipe).await?;
        stage.page.choose("Output", "weights only").await?;
        stage.page.ready().await?;
        let names = stage.page.merge().await?;
        ensure!(names == ["model.safetensors"], "{names:?}");
        Ok(())
    })
    .await
}

/// The text of the formula on the page.
async fn formula(page: &Page) -> Result<String> {
    let formula = page.client.find(Locator::Css(".formula")).await?;
    page.text_of(&formula).await
}

async fn value_of(page: &Page, field: &str) -> Result<String> {
    let field = page.named(field).await?;
    Ok(field.prop("value").await?.unwrap_or_default())
}

#[tokio::test]
async fn recipes_are_kept_and_opened_again() -> Result<()> {
    case("recipes", async |stage| {
        let (page, out) = (&stage.page, stage.out());
        let models = models(stage)?;
        let mut recipe = Recipe::new(&[0.5]);
        recipe.output_dtype = "F16";
        recipe.rules = vec![Rule {
            pattern: "*norm*",
            weights: vec![-2.0],
            matches: vec![],
        }];
        stage.prepare(&models, &recipe).await?;
        page.enter("Chat model 1 name", "org/chat").await?;
        page.ready().await?;
        ensure!(formula(page).await? == "merged = base + 0.5 × (chat − base)");
        fs::create_dir_all(out)?;
        page.press("Save recipe").await?;
        page.wait("the recipe", SAVE, async || {
            Ok(value(out.join(RECIPE)).is_ok())
        })
        .await?;
        page.press("Export for mergekit").await?;
        let exported = out.join("mergekit.yml");
        let is_there = async || Ok(text(&exported).is_ok_and(|yaml| yaml.ends_with("float16\n")));
        page.wait("the config for mergekit", SAVE, is_there).await?;
        let yaml = text(&exported)?;
        let right = "merge_method: task_arithmetic\nbase_model: \"path/to/base\"\nmodels:\n  \
                      - model: \"org/chat\"\n    parameters:\n      weight:\n        \
                      - filter: \"norm\"\n          value: -2\n        - value: 0.5\n";
        ensure!(yaml.contains(right), "{yaml}");

        let kept = stage.folder_of("kept");
        fs::create_dir_all(&kept)?;
        fs::rename(out.join(RECIPE), kept.join(RECIPE))?;
        let names = page.merge().await?;
        page.save(&names, SAVE).await?;

        let merged = out.join("model.safetensors");
        for file in [kept.join(RECIPE), merged] {
            page.client.refresh().await?;
            page.loaded().await?;
            page.press("Add chat model").await?;
            open(page, &file).await?;
            page.wait("the recipe's λ", SAVE, async || {
                Ok(value_of(page, "Chat model 1 weight").await? == "0.5")
            })
            .await?;
            ensure!(value_of(page, "Chat model 1 name").await? == "org/chat");
            ensure!(value_of(page, "Output dtype").await? == "F16");
            ensure!(value_of(page, "Rule 1 pattern").await? == "*norm*");
            ensure!(value_of(page, "Rule 1 weight for chat model 1").await? == "-2");
            let cards = page.client.find_all(Locator::Css(".card")).await?;
            ensure!(cards.len() == 3, "one chat model, not {}", cards.len() - 2);
            let hint = "The recipe was made with model.safetensors.";
            let base = page.text("Base").await?;
            ensure!(base.contains(hint), "{base}");
        }

        // Other files than those of the recipe are noticed; the right ones are not.
        let other = stage.folder_of("other").join("model.safetensors");
        write(&stage.folder_of("other"), "model.safetensors", &file(&[])?)?;
        page.give("Base", &[other]).await?;
        let base = page.text("Base").await?;
        ensure!(
            base.contains("The recipe was made with other files"),
            "{base}"
        );
        page.give("Base", &models.base.files).await?;
        let base = page.text("Base").await?;
        ensure!(!base.contains("The recipe was made with"), "{base}");

        for (file, told) in [
            (
                stage.folder_of("base").join("config.json"),
                "this is no recipe of chat-vector",
            ),
            (
                stage.folder_of("base").join("model.safetensors"),
                "holds no recipe",
            ),
        ] {
            open(page, &file).await?;
            let status = async || {
                let status = page.client.find(Locator::Css(".recipe-status")).await?;
                Ok(page.text_of(&status).await?.to_lowercase().contains(told))
            };
            page.wait(told, SAVE, status).await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn weights_go_by_layer() -> Result<()> {
    case("layers", async |stage| {
        let (page, out) = (&stage.page, stage.out());
        let models = Models {
            base: small(stage, "base", 1)?,
            target: None,
            chats: vec![small(stage, "chat-1", 2)?],
        };
        // Two layers: the rules say the same for the oracle.
        let rule = |pattern, weight, matches| Rule {
            pattern,
            weights: vec![weight],
            matches,
        };
        let of_layer = |layer: &str| -> Vec<&'static str> {
            let names = models.base.tensors().map(|tensor| &tensor.name);
            let names = names.filter(|name| name.starts_with(&format!("model.layers.{layer}.")));
            names.map(|name| &*String::leak(name.clone())).collect()
        };
        let recipe = Recipe::new(&[0.5]);
        stage.prepare(&models, &recipe).await?;
        page.press("λ by layer for chat model 1").await?;
        page.enter("Chat model 1 weights by layer", "x").await?;
        page.refuses(&["weights by layer must be points such as 0: 0.2, 15: 1"])
            .await?;
        page.enter("Chat model 1 weights by layer", "0: 0.25, 1: -1")
            .await?;
        let told = formula(page).await?;
        let right = "merged = base + λ₁(layer) × (chat model 1 − base)";
        ensure!(told == right, "{told}");
        let names = page.merge().await?;
        page.save(&names, SAVE).await?;
        let mut by_rules = recipe.clone();
        by_rules.rules = vec![
            rule("model.layers.0.*", 0.25, of_layer("0")),
            rule("model.layers.1.*", -1.0, of_layer("1")),
        ];
        let expected = oracle::merge(&models, &by_rules);
        compare::folder(out, &compare::one_file(&expected))?;
        stage.leave_for_python(&models, &by_rules, &expected)?;

        // Drawn: across the picture, from the middle of its height to a place below.
        let drawn = page.named("Chat model 1: λ by layer").await?;
        page.drag_across(&drawn).await?;
        let typed = value_of(page, "Chat model 1 weights by layer").await?;
        let points: Vec<&str> = typed.split(", ").collect();
        ensure!(
            points.len() == 2 && points[0].starts_with("0: ") && points[1].starts_with("1: "),
            "{typed}"
        );
        ensure!(typed != "0: 0.25, 1: -1", "nothing was drawn");
        page.ready().await
    })
    .await
}

/// Made, saved, given in place of the chat model and its base: the same as merging with these.
#[tokio::test]
async fn a_chat_vector_takes_the_place_of_its_models() -> Result<()> {
    case("vector", async |stage| {
        let (page, out) = (&stage.page, stage.out());
        let models = Models {
            base: small(stage, "base", 1)?,
            target: Some(small(stage, "target", 2)?),
            chats: vec![small(stage, "chat-1", 3)?],
        };
        page.give("Base", &models.base.files).await?;
        page.give("Chat model 1", &models.chats[0].files).await?;
        page.choose("Make", "chat vector").await?;
        page.ready().await?;
        let told = formula(page).await?;
        ensure!(told == "chat vector = 1 × (chat model 1 − base)", "{told}");
        let names = page.merge().await?;
        ensure!(names == ["chat_vector.safetensors"], "{names:?}");
        page.save(&names, SAVE).await?;
        let vector = stage.folder_of("vector").join("chat_vector.safetensors");
        fs::create_dir_all(stage.folder_of("vector"))?;
        fs::rename(out.join("chat_vector.safetensors"), &vector)?;

        page.client.refresh().await?;
        page.loaded().await?;
        page.give("Base", std::slice::from_ref(&vector)).await?;
        page.give("Chat model 1", std::slice::from_ref(&vector))
            .await?;
        page.refuses(&["What is given as base is a chat vector"])
            .await?;
        page.press("Remove the files of base").await?;
        let target = models
            .target
            .as_ref()
            .map_or(&[][..], |target| &target.files);
        page.give("Target", target).await?;
        let card = page.text("Chat model 1").await?;
        ensure!(card.contains("A chat vector"), "{card}");
        let mut recipe = Recipe::new(&[-0.75]);
        recipe.output_dtype = "F16";
        page.ask_for(&recipe).await?;
        page.ready().await?;
        let told = formula(page).await?;
        ensure!(told == "merged = target − 0.75 × chat_vector", "{told}");
        stage.merge_and_save().await?;
        let expected = oracle::merge(&models, &recipe);
        compare::folder(out, &compare::one_file(&expected))?;
        stage.leave_for_python(&models, &recipe, &expected)
    })
    .await
}

async fn open(page: &Page, file: &Path) -> Result<()> {
    let input = page.named("Open recipe").await?;
    input.send_keys(&file.to_string_lossy()).await?;
    Ok(())
}
