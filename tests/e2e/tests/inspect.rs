//! What chat vectors are like, as a person sees it: measured, sorted, saved, and warned of.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use e2e::browser::Engine;
use e2e::models::{Llama, Model, NORM, Tensor, of_values, weights};
use e2e::oracle::{self, Models};
use e2e::recipe::{Recipe, Rule};
use e2e::stage::{Stage, case};
use safetensors::Dtype;
use serde_json::{Value, json};

const MOMENT: Duration = Duration::from_secs(60);

/// A model that lies so far beside another.
fn beside(tensors: &[Tensor], seed: u64, by: f64) -> Vec<Tensor> {
    let beside = |tensor: &Tensor| {
        let other = weights(&tensor.name, Dtype::F64, &tensor.shape, seed);
        let values = oracle::decode(tensor.dtype, &tensor.bytes);
        let values = values
            .into_iter()
            .zip(oracle::decode(Dtype::F64, &other.bytes));
        let values = values.map(|(x, y)| x + by * y);
        of_values(&tensor.name, tensor.dtype, &tensor.shape, values)
    };
    tensors.iter().map(beside).collect()
}

/// Base, target and two chat models of one family.
fn models(stage: &Stage) -> Result<Models> {
    let base = Llama::small(Dtype::BF16).tensors(1);
    let model = |role, tensors: &[Tensor]| Model::one_file(&stage.folder_of(role), tensors);
    Ok(Models {
        target: Some(model("target", &beside(&base, 2, 0.5))?),
        chats: vec![
            model("chat-1", &beside(&base, 3, 0.1))?,
            model("chat-2", &beside(&base, 4, 0.03))?,
        ],
        base: model("base", &base)?,
    })
}

/// What the page says of the last inspection.
async fn told(stage: &Stage) -> Result<String> {
    // While there is no plan there is no inspection.
    let script = "return document.querySelector('.inspection [role=status]')?.innerText ?? ''";
    let told = stage.page.script(script).await?;
    Ok(told.as_str().unwrap_or_default().to_owned())
}

async fn inspect(stage: &Stage) -> Result<String> {
    stage.page.press("Inspect the models").await?;
    let over = async || {
        let told = told(stage).await?;
        Ok(!told.is_empty() && told != "Inspecting.")
    };
    stage.page.wait("the inspection", MOMENT, over).await?;
    told(stage).await
}

/// The lines of the table, cell by cell.
async fn rows(stage: &Stage) -> Result<Vec<Vec<String>>> {
    stage.page.named("Inspected tensors").await?;
    let script = "
        const region = document.querySelector('[aria-label=\"Inspected tensors\"]');
        const cells = (row) => [...row.cells].map((cell) => cell.textContent);
        return [...region.querySelectorAll('tr')].map(cells);
    ";
    Ok(serde_json::from_value(stage.page.script(script).await?)?)
}

/// The names in the order of the table, and the numbers of one column as they are shown.
async fn column(stage: &Stage, label: &str) -> Result<Vec<(String, String)>> {
    let mut rows = rows(stage).await?.into_iter();
    let heads = rows.next().context("the table has no head")?;
    let is = |head: &String| head.trim_end_matches([' ', '▼', '▲']) == label;
    let at = heads.iter().position(is);
    let at = at.with_context(|| format!("no column {label}: {heads:?}"))?;
    Ok(rows.map(|row| (row[0].clone(), row[at].clone())).collect())
}

/// A number as the page writes it.
fn number(text: &str) -> f64 {
    let plain = text
        .replace('\u{2212}', "-")
        .replace("\u{a0}%", "")
        .replace(',', "");
    plain.parse().unwrap_or(f64::NAN)
}

/// Presses a button that saves a file, and reads it once it is whole.
async fn save(stage: &Stage, button: &str, name: &str, end: &str) -> Result<String> {
    let path: PathBuf = stage.out().join(name);
    fs::create_dir_all(stage.out())?;
    stage.page.press(button).await?;
    let whole = async || Ok(fs::read_to_string(&path).is_ok_and(|text| text.ends_with(end)));
    stage.page.wait(name, MOMENT, whole).await?;
    Ok(fs::read_to_string(path)?)
}

/// Writes down what was inspected, for `tests/python/inspection.py`.
fn leave_for_python(stage: &Stage, models: &Models, recipe: &Recipe) -> Result<()> {
    let files = |model: &Model| -> Result<Value> {
        let path = model.files[0].strip_prefix(&stage.folder)?;
        Ok(json!(path.to_string_lossy()))
    };
    let chats = models.chats.iter().map(files).collect::<Result<Vec<_>>>()?;
    let case = json!({
        "base": files(&models.base)?,
        "target": models.target.as_ref().map(files).transpose()?,
        "chats": chats,
        "csv": "out/inspection.csv",
        "recipe": recipe,
    });
    fs::write(stage.folder.join("inspection.json"), format!("{case:#}\n"))?;
    Ok(())
}

/// Everything of one chat vector, computed plainly: ‖τ‖ / ‖base‖, the cosine with target − base, and
/// the largest |τ|.
fn plain(models: &Models, chat: usize, tensor: &str) -> Result<[f64; 3]> {
    let values = |model: &Model| -> Result<Vec<f64>> {
        let tensor = model.get(tensor).context("no such tensor")?;
        Ok(oracle::decode(tensor.dtype, &tensor.bytes))
    };
    let (base, target) = (values(&models.base)?, values(models.target())?);
    let less = |a: Vec<f64>| -> Vec<f64> { a.iter().zip(&base).map(|(a, b)| a - b).collect() };
    let vector = less(values(&models.chats[chat])?);
    let difference = less(target);
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let norm = |a: &[f64]| dot(a, a).sqrt();
    Ok([
        norm(&vector) / norm(&base),
        dot(&vector, &difference) / norm(&vector) / norm(&difference),
        vector.iter().fold(0.0, |most, x| x.abs().max(most)),
    ])
}

#[tokio::test]
async fn models_are_inspected_sorted_and_saved() -> Result<()> {
    case("inspect", async |stage| {
        let page = &stage.page;
        let models = models(stage)?;
        let recipe = Recipe {
            rules: vec![Rule {
                pattern: "*norm*",
                weights: vec![0.0, 0.0],
                matches: vec![NORM],
            }],
            ..Recipe::new(&[0.7, -0.3])
        };
        stage.prepare(&models, &recipe).await?;
        let told = inspect(stage).await?;
        ensure!(
            told == "Inspected: 13 tensors. Nothing looks wrong.",
            "{told}"
        );

        let close = |text: &str, right: f64| (number(text) - right).abs() <= 5.1e-3 * right.abs();
        for (chat, name) in ["chat model 1", "chat model 2"].into_iter().enumerate() {
            page.choose("Vector of", name).await?;
            let labels = [
                "‖τ‖ / ‖base‖",
                "Cosine with target − base",
                "Largest change",
            ];
            for (i, label) in labels.into_iter().enumerate() {
                for (tensor, text) in column(stage, label).await? {
                    let right = plain(&models, chat, &tensor)?[i];
                    ensure!(
                        close(&text, right),
                        "{name}, {tensor}, {label}: {text}, not {right}"
                    );
                }
            }
        }
        // What is left out of the merge loses nothing in it.
        let loss = column(stage, "Rounding loss").await?;
        let (kept, lost): (Vec<_>, Vec<_>) =
            loss.iter().partition(|(tensor, _)| tensor.contains("norm"));
        ensure!(
            kept.len() == 3 && kept.iter().all(|(_, text)| text == "–"),
            "{kept:?}"
        );
        ensure!(lost.iter().all(|(_, text)| number(text) > 0.0), "{lost:?}");

        page.press("‖τ‖ / ‖base‖").await?;
        let numbers = |column: &[(String, String)]| -> Vec<f64> {
            column.iter().map(|(_, text)| number(text)).collect()
        };
        let sorted = column(stage, "‖τ‖ / ‖base‖").await?;
        ensure!(numbers(&sorted).is_sorted_by(|a, b| a >= b), "{sorted:?}");
        let head = "//th[@aria-sort='descending']//button[starts-with(., '‖τ‖ / ‖base‖')]";
        let head = page.client.find(fantoccini::Locator::XPath(head)).await?;
        // By keyboard, the other way round.
        head.send_keys("\u{e007}").await?;
        let up = async || {
            let column = column(stage, "‖τ‖ / ‖base‖").await?;
            Ok(numbers(&column).is_sorted())
        };
        page.wait("the other order", MOMENT, up).await?;
        page.press("Name").await?;
        let names = column(stage, "Elements").await?;
        ensure!(
            names.is_sorted_by_key(|(name, _)| name.clone()),
            "{names:?}"
        );

        page.choose("Measure", "Rounding loss").await?;
        let svg = save(stage, "Save SVG", "inspection.svg", "</svg>").await?;
        let words = [
            "<svg",
            "self_attn.q_proj",
            "Rounding loss, chat model 2",
            "viewBox",
        ];
        ensure!(words.iter().all(|word| svg.contains(word)), "{svg}");
        let csv = save(stage, "Save CSV", "inspection.csv", "\n").await?;
        ensure!(csv.lines().count() == 15, "{csv}");
        leave_for_python(stage, &models, &recipe)
    })
    .await
}

/// A merge finds the same out on its way, of the tensors that it merges.
#[tokio::test]
async fn a_merge_tells_it_too() -> Result<()> {
    case("inspect-merge", async |stage| {
        let page = &stage.page;
        let mut models = models(stage)?;
        models.chats.truncate(1);
        let recipe = Recipe {
            output_dtype: "F16",
            ..Recipe::new(&[0.7])
        };
        stage.prepare(&models, &recipe).await?;
        inspect(stage).await?;
        let alone = rows(stage).await?;
        stage.merge_and_compare(&models, &recipe).await?;
        let said = told(stage).await?;
        ensure!(
            said == "The merge has looked at 13 tensors. Nothing looks wrong.",
            "{said}"
        );
        ensure!(rows(stage).await? == alone, "the merge says something else");
        save(stage, "Save CSV", "inspection.csv", "\n").await?;
        leave_for_python(stage, &models, &recipe)?;

        // With another model it is about nothing that is there.
        page.give("Target", &models.chats[0].files).await?;
        let gone = async || Ok(told(stage).await?.is_empty());
        page.wait("the end of what was found out", MOMENT, gone)
            .await
    })
    .await
}

#[tokio::test]
async fn models_that_do_not_belong_together_are_warned_of() -> Result<()> {
    case("inspect-warnings", async |stage| {
        let page = &stage.page;
        let base = Llama::small(Dtype::F16).tensors(1);
        let other = Llama::small(Dtype::F16).tensors(9);
        let model = |role, tensors: &[Tensor]| Model::one_file(&stage.folder_of(role), tensors);
        let mut odd = beside(&base, 3, 0.1);
        let mut norm = oracle::decode(Dtype::F16, &odd[2].bytes);
        norm[7] = f64::NAN;
        odd[2] = of_values(NORM, Dtype::F16, &[40], norm);
        let (base, other) = (model("base", &base)?, model("other", &other)?);
        let (chat, odd) = (
            model("chat", &beside(&base.shards[0], 3, 0.1))?,
            model("odd", &odd)?,
        );
        page.give("Base", &other.files).await?;
        page.give("Chat model 1", &chat.files).await?;
        page.ready().await?;
        let warned = async |words: &str| {
            let told = inspect(stage).await?;
            ensure!(told == "Inspected: 13 tensors. 1 warning.", "{told}");
            let warnings = page.text("Warnings about the models").await?;
            ensure!(warnings.contains(words), "{warnings}");
            Ok(())
        };
        warned("The vector of chat model 1 is as big as the base: 1.4").await?;
        page.give("Base", &base.files).await?;
        page.ready().await?;
        let told = inspect(stage).await?;
        ensure!(told.ends_with("Nothing looks wrong."), "{told}");
        page.give("Chat model 1", &base.files).await?;
        page.ready().await?;
        warned("Chat model 1 equals the base in every tensor").await?;
        page.give("Chat model 1", &odd.files).await?;
        page.ready().await?;
        warned("1 NaN and 0 infinite, the first of them in `model.norm.weight`").await?;

        // After a merge the result says where to look.
        page.merge().await?;
        let result = "return document.querySelector('#step-5').closest('section').innerText";
        let result = page.script(result).await?;
        let words = "The merge has noticed something about the models: 1 warning under Plan";
        ensure!(
            result.as_str().is_some_and(|text| text.contains(words)),
            "{result}"
        );
        Ok(())
    })
    .await
}

#[tokio::test]
async fn an_inspection_can_be_stopped() -> Result<()> {
    case("inspect-stop", async |stage| {
        let page = &stage.page;
        let model = |role, seed| {
            let tensors = (0..4).map(|i| {
                let name = format!("model.layers.{i}.mlp.up_proj.weight");
                weights(&name, Dtype::BF16, &[2000, 4000], seed)
            });
            Model::one_file(&stage.folder_of(role), &tensors.collect::<Vec<_>>())
        };
        let models = Models {
            base: model("base", 1)?,
            target: None,
            chats: vec![model("chat-1", 3)?],
        };
        stage.prepare(&models, &Recipe::new(&[0.7])).await?;
        let stop = "
            const pressed = (name) => {
                const buttons = [...document.querySelectorAll('.inspection button')];
                const button = buttons.find((button) => button.innerText === name);
                button?.click();
                return button;
            };
            pressed('Inspect the models');
            while (!pressed('Stop')) await new Promise(requestAnimationFrame);
            while (document.querySelector('.inspection progress')) await new Promise(requestAnimationFrame);
            return document.querySelector('.inspection [role=status]').innerText;
        ";
        let said = page.script(stop).await?;
        ensure!(said == "", "{said}");
        let said = inspect(stage).await?;
        ensure!(said == "Inspected: 4 tensors. 1 warning.", "{said}");
        Ok(())
    })
    .await
}

/// Charts and table on a screen of a telephone's width; and no style or script that the page's
/// policy forbids.
#[tokio::test]
async fn charts_fit_a_narrow_screen_and_the_policy() -> Result<()> {
    case("inspect-narrow", async |stage| {
        let page = &stage.page;
        stage.open_narrow().await?;
        let listen = "
            window.violations = [];
            addEventListener('securitypolicyviolation', (event) =>
                violations.push(`${event.effectiveDirective} ${event.sample}`));
        ";
        page.script(listen).await?;
        stage
            .prepare(&models(stage)?, &Recipe::new(&[0.7, 0.1]))
            .await?;
        inspect(stage).await?;
        rows(stage).await?;
        let sizes = "const page = document.documentElement;
            return [innerWidth, page.clientWidth, page.scrollWidth];";
        let sizes = page.client.execute(sizes, vec![]).await?;
        let [screen, room, needed]: [u64; 3] = serde_json::from_value(sizes)?;
        ensure!(screen == 360 && needed <= room, "{needed} wide");
        let violations = page.script("return violations").await?;
        ensure!(violations == json!([]), "{violations}");
        for name in [
            "Map of layers and modules",
            "Histogram of tensors",
            "Inspected tensors",
        ] {
            ensure!(page.role_of(name).await? == "region", "{name}");
        }
        if stage.engine != Engine::Webkit {
            let map = "//*[name()='svg'][contains(@class, 'heat-map')]";
            let map = page.client.find(fantoccini::Locator::XPath(map)).await?;
            let label = map.attr("aria-label").await?.unwrap_or_default();
            ensure!(label.contains("2 layers by 5 modules"), "{label}");
        }
        Ok(())
    })
    .await
}
