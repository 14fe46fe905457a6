//! Embeddings and output head whose rows find each other by their tokens.

use anyhow::{Result, ensure};
use e2e::models::{EMBEDDINGS, HEAD, Llama, Model};
use e2e::oracle::Models;
use e2e::recipe::{BY_TOKEN, Recipe, TakeOver};
use e2e::stage::{Stage, case};
use safetensors::Dtype;

const ROWS: usize = 120;

/// A model whose tokens `t0`, `t1`, … have the rows that `row` gives them, and a tokenizer.
fn model(
    stage: &Stage,
    role: &str,
    (vocabulary, seed): (usize, u64),
    row: impl Fn(usize) -> usize,
    special: &[(&str, usize)],
) -> Result<Model> {
    let shape = Llama {
        vocabulary,
        ..Llama::small(Dtype::BF16)
    };
    let folder = stage.folder_of(role);
    let mut model = Model::one_file(&folder, &shape.tensors(seed))?;
    let names: Vec<String> = (0..ROWS).map(|token| format!("t{token}")).collect();
    let tokens = names.iter().enumerate();
    let tokens: Vec<(&str, usize)> = tokens.map(|(at, name)| (name.as_str(), row(at))).collect();
    model.add_tokenizer(&folder, &tokens, special)?;
    Ok(model)
}

/// The target has the tokens in another order, some of its own, and those of the chat model.
fn models(stage: &Stage) -> Result<Models> {
    let chat_tokens = [("<|im_start|>", ROWS), ("<|im_end|>", ROWS + 1)];
    let target_tokens = [
        ("<|im_end|>", ROWS),
        ("<own>", ROWS + 1),
        ("<|im_start|>", ROWS + 2),
        ("<reserved>", ROWS + 3),
    ];
    Ok(Models {
        base: model(stage, "base", (ROWS + 8, 1), |at| at, &[])?,
        target: Some(model(
            stage,
            "target",
            (ROWS + 16, 2),
            |at| at * 7 % ROWS,
            &target_tokens,
        )?),
        chats: vec![
            model(stage, "chat-1", (ROWS + 8, 3), |at| at, &chat_tokens)?,
            model(
                stage,
                "chat-2",
                (ROWS + 8, 4),
                |at| ROWS - 1 - at,
                &[("<tool>", ROWS)],
            )?,
        ],
    })
}

async fn value(stage: &Stage, field: &str) -> Result<String> {
    let value = stage.page.named(field).await?.prop("value").await?;
    Ok(value.unwrap_or_default())
}

#[tokio::test]
async fn rows_are_matched_by_token() -> Result<()> {
    case("rows-are-matched-by-token", async |stage| {
        let models = models(stage)?;
        let page = &stage.page;
        let mut recipe = Recipe::new(&[1.0, -0.5]);
        recipe.embedding_rows = BY_TOKEN;
        recipe.output_dtype = "F32";
        stage.prepare(&models, &recipe).await?;

        // What the chat model has introduced is suggested.
        for (number, token) in [(1, "<|im_start|>"), (2, "<|im_end|>")] {
            for side in ["chat model", "target"] {
                let told = value(stage, &format!("Token {number} in the {side}")).await?;
                ensure!(told == token, "token {number} in the {side}: {told}");
            }
        }
        let table = page.text("Rows by token").await?;
        for line in [
            format!("{EMBEDDINGS} 120 2 2 12"),
            format!("{HEAD} 120 2 2 12"),
            "In all 240 4 4 24".to_owned(),
        ] {
            ensure!(
                table.lines().any(|told| told == line),
                "no {line} in {table}"
            );
        }

        // A person takes one more over, from the other model, and one of those not.
        page.press("Add token").await?;
        let chat_models = "Token 3 chat model";
        page.choose(chat_models, "Chat model 2").await?;
        page.enter("Token 3 in the chat model", "<too").await?;
        page.enter("Token 3 in the target", "<reserved>").await?;
        page.refuses(&[
            "`<too` can't be taken over",
            "the tokenizer of chat model 2",
        ])
        .await?;
        page.enter("Token 3 in the chat model", "<tool>").await?;
        page.press("Remove token 2").await?;
        page.ready().await?;
        let table = page.text("Rows by token").await?;
        ensure!(table.contains("In all 240 4 4 24"), "{table}");
        let take = |chat, chat_token, target_token| TakeOver {
            chat,
            chat_token,
            target_token,
        };
        recipe.take_over = vec![
            take(0, "<|im_start|>", "<|im_start|>"),
            take(1, "<tool>", "<reserved>"),
        ];
        stage.merge_and_compare(&models, &recipe).await
    })
    .await
}

/// The paper authors' way: embeddings are skipped, but for the chat model's special tokens.
#[tokio::test]
async fn skipped_embeddings_take_over_special_tokens() -> Result<()> {
    case("skipped-embeddings-take-over", async |stage| {
        let mut models = models(stage)?;
        models.chats.pop();
        let mut recipe = Recipe::new(&[0.7]);
        stage.give(&models).await?;
        stage.page.ask_for(&recipe).await?;
        stage
            .page
            .choose("Tensor rules preset", "skip embeddings and lm_head")
            .await?;
        stage.page.choose("Embedding rows", BY_TOKEN).await?;
        stage.page.ready().await?;
        recipe.embedding_rows = BY_TOKEN;
        let rule = |pattern, matches| e2e::recipe::Rule {
            pattern,
            weights: vec![0.0],
            matches: vec![matches],
        };
        recipe.rules = vec![
            rule(
                "{*embed*,*wte*,*wpe*,*emb.weight,shared.weight}",
                EMBEDDINGS,
            ),
            rule("{*lm_head*,output.weight}", HEAD),
        ];
        let same = |token| TakeOver {
            chat: 0,
            chat_token: token,
            target_token: token,
        };
        recipe.take_over = vec![same("<|im_start|>"), same("<|im_end|>")];
        stage.merge_and_compare(&models, &recipe).await
    })
    .await
}

#[tokio::test]
async fn a_model_without_a_tokenizer_is_told() -> Result<()> {
    case("a-model-without-a-tokenizer", async |stage| {
        let mut models = models(stage)?;
        models.base.files.pop();
        stage.give(&models).await?;
        let page = &stage.page;
        page.choose("Embedding rows", BY_TOKEN).await?;
        page.refuses(&["base: it was given without its `tokenizer.json`. Give the whole folder"])
            .await?;
        page.choose("Embedding rows", "merge the rows both have")
            .await?;
        page.ready().await
    })
    .await
}
