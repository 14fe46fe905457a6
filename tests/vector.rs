//! Chat vectors as files: made of chat models and their base, and used in their place.
#![cfg(not(target_arch = "wasm32"))]

mod common;

use chat_vector::checkpoint::Checkpoint;
use chat_vector::plan::{self, Models, Plan};
use chat_vector::recipe::{EmbeddingRows, Goal, OutputDtype, Recipe, Rule, TakeOver};
use chat_vector::report::{Action, Role};
use chat_vector::source::Memory;
use common::{Merged, T, merge, of_values, open, raw, shards, single, weights};
use safetensors::Dtype;

type Model = Checkpoint<Memory>;

const NORM: &str = "model.norm.weight";
const EMBED: &str = "model.embed_tokens.weight";

/// Tensors in three dtypes, with both zeros, and one that does not merge.
fn tensors(seed: u64) -> Vec<T> {
    let zeros = [0.0, -0.0, 1.0, -1.0];
    let zeros = zeros.map(|x| if seed.is_multiple_of(2) { x } else { -x });
    vec![
        weights(EMBED, Dtype::F16, &[9, 4], seed),
        weights("model.layers.0.w", Dtype::BF16, &[33, 7], seed),
        weights(NORM, Dtype::F32, &[21], seed),
        of_values("zeros", Dtype::F32, &[4], zeros),
        raw("ids", Dtype::I64, &[1], &[seed as u8; 8]),
    ]
}

fn model(seed: u64) -> Model {
    single(&tensors(seed))
}

fn cast<'a>(base: &'a Model, target: Option<&'a Model>, chats: &[&'a Model]) -> Models<'a, Memory> {
    Models {
        base,
        target,
        chats: chats.to_vec(),
    }
}

fn vector_recipe(weights: Vec<f64>) -> Recipe {
    let mut recipe = Recipe::new(weights);
    recipe.goal = Goal::Vector;
    recipe
}

/// The files of a merge, given again.
fn given(merged: &Merged) -> Model {
    let file = |(name, bytes): &(String, Vec<u8>)| Memory::new(name.clone(), &bytes[..]);
    open(merged.files.iter().map(file).collect()).unwrap()
}

fn vector_of(base: &Model, chat: &Model) -> Model {
    given(&merge(
        &cast(base, None, &[chat]),
        &vector_recipe(vec![1.0]),
    ))
}

/// The weights alone, without the header's metadata.
fn weights_of(merged: &Merged) -> Vec<Vec<u8>> {
    let files = merged.files.iter().zip(&merged.plan.files);
    files
        .map(|((_, bytes), file)| bytes[file.start.len()..].to_vec())
        .collect()
}

fn row(plan: &Plan, name: &str) -> (Action, String) {
    let row = plan.rows.iter().find(|row| row.name == name).unwrap();
    (row.action, row.why.to_string())
}

#[test]
fn a_vector_is_chat_minus_base() {
    let merged = merge(
        &cast(&model(1), None, &[&model(2)]),
        &vector_recipe(vec![1.0]),
    );
    let names: Vec<&str> = merged.files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["chat_vector.safetensors"]);
    for (base, chat) in tensors(1).iter().zip(&tensors(2)).take(4) {
        let (dtype, shape, bytes) = merged.tensor(&base.name);
        assert_eq!((dtype, &shape), (Dtype::F32, &base.shape));
        let [base, chat] = [base, chat].map(|t| common::decode(t.dtype, &t.bytes));
        let right = chat.iter().zip(&base).map(|(c, b)| *c as f32 - *b as f32);
        let right: Vec<u8> = right.flat_map(f32::to_le_bytes).collect();
        assert_eq!(bytes, right);
    }
    let report = &merged.plan.report;
    assert_eq!((report.merged, report.left_out, report.copied), (4, 1, 0));
    assert_eq!(report.label.to_string(), "292 params · F32");
    assert!(
        row(&merged.plan, "ids")
            .1
            .ends_with(": left out of the chat vector")
    );
}

/// Bit for bit: with and without a target, negative and fractional λ.
#[test]
fn merging_with_the_vector_is_merging_with_its_models() {
    let [base, target, chat] = [1, 2, 4].map(model);
    let vector = vector_of(&base, &chat);
    assert!(vector.is_vector && !chat.is_vector);
    for weight in [1.0, -0.7] {
        let recipe = Recipe::new(vec![weight]);
        let direct = merge(&cast(&base, Some(&target), &[&chat]), &recipe);
        // The base is not needed: the vector is added to what is given in its place.
        for models in [
            cast(&base, Some(&target), &[&vector]),
            cast(&target, None, &[&vector]),
        ] {
            let by_vector = merge(&models, &recipe);
            assert_eq!(weights_of(&by_vector), weights_of(&direct), "λ {weight}");
        }
        let direct = merge(&cast(&base, None, &[&chat]), &recipe);
        let by_vector = merge(&cast(&base, None, &[&vector]), &recipe);
        assert_eq!(weights_of(&by_vector), weights_of(&direct), "λ {weight}");
    }
}

/// Where only vectors are added, the base may lack what they have, or have it in another shape.
#[test]
fn nothing_of_the_base_is_asked_for_vectors() {
    let [base, target, chat] = [1, 2, 4].map(model);
    let vector = vector_of(&base, &chat);
    let other = single(&[
        weights("other", Dtype::BF16, &[3], 1),
        weights(NORM, Dtype::BF16, &[2], 1),
    ]);
    let recipe = Recipe::new(vec![1.0]);
    let right = merge(&cast(&base, Some(&target), &[&chat]), &recipe);
    let by_vector = merge(&cast(&other, Some(&target), &[&vector]), &recipe);
    assert_eq!(weights_of(&by_vector), weights_of(&right));
}

#[test]
fn vectors_and_models_are_added_together() {
    let [base, target, first, second] = [1, 2, 4, 6].map(model);
    let vector = vector_of(&base, &second);
    let recipe = Recipe::new(vec![0.5, 2.0]);
    let direct = merge(&cast(&base, Some(&target), &[&first, &second]), &recipe);
    let mixed = merge(&cast(&base, Some(&target), &[&first, &vector]), &recipe);
    assert_eq!(weights_of(&mixed), weights_of(&direct));

    // One vector of both.
    let models = cast(&base, None, &[&first, &second]);
    let both = given(&merge(&models, &vector_recipe(vec![0.5, 2.0])));
    let merged = merge(&cast(&target, None, &[&both]), &Recipe::new(vec![1.0]));
    assert_eq!(merged.plan.report.merged, 4);
}

#[test]
fn a_vector_may_leave_tensors_out() {
    let [base, target, chat] = [1, 2, 4].map(model);
    let mut recipe = vector_recipe(vec![1.0]);
    recipe.rules = vec![Rule {
        pattern: "*norm*".to_owned(),
        weights: vec![0.0],
    }];
    let made = merge(&cast(&base, None, &[&chat]), &recipe);
    assert_eq!(row(&made.plan, NORM).0, Action::LeftOut);
    let vector = given(&made);
    assert!(vector.get(NORM).is_none());
    let merged = merge(&cast(&target, None, &[&vector]), &Recipe::new(vec![1.0]));
    assert_eq!(
        row(&merged.plan, NORM),
        (Action::Copied, "no chat vector has it: copied".to_owned())
    );
    assert!(
        merged
            .plan
            .report
            .notices
            .iter()
            .any(|n| n.to_string().contains("no chat vector has it"))
    );
    let (_, _, bytes) = merged.tensor(NORM);
    assert_eq!(bytes, tensors(2)[2].bytes);
}

/// Rows that not all models have are zeros in a vector, so that the target keeps its own.
#[test]
fn rows_that_not_all_have_change_nothing() {
    let table = |rows, seed| {
        single(&[
            weights(EMBED, Dtype::BF16, &[rows, 4], seed),
            weights("w", Dtype::BF16, &[8], seed),
        ])
    };
    let (base, chat, target) = (table(9, 1), table(7, 2), table(9, 3));
    let mut recipe = vector_recipe(vec![1.0]);
    let made = merge(&cast(&base, None, &[&chat]), &recipe);
    assert_eq!(row(&made.plan, EMBED).0, Action::LeftOut);
    let notice = made.plan.report.notices[0].to_string();
    assert!(notice.contains("these stay the target's"), "{notice}");

    recipe.embedding_rows = EmbeddingRows::MergeShared;
    let made = merge(&cast(&base, None, &[&chat]), &recipe);
    assert_eq!(row(&made.plan, EMBED).0, Action::Merged);
    let vector = given(&made);
    let mut direct = Recipe::new(vec![0.7]);
    let by_vector = merge(&cast(&target, None, &[&vector]), &direct);
    direct.embedding_rows = EmbeddingRows::MergeShared;
    let right = merge(&cast(&base, Some(&target), &[&chat]), &direct);
    assert_eq!(weights_of(&by_vector), weights_of(&right));

    // The chat model has more of them: those of the base are whole.
    let made = merge(&cast(&table(7, 1), None, &[&table(9, 2)]), &recipe);
    assert_eq!(made.tensor(EMBED).1, [7, 4]);
}

#[test]
fn a_tied_vector_gives_the_head_its_rows() {
    const HEAD: &str = "lm_head.weight";
    let tied = |seed| single(&[weights(EMBED, Dtype::BF16, &[5, 4], seed)]);
    let (base, chat) = (tied(1), tied(2));
    let head = weights(HEAD, Dtype::BF16, &[5, 4], 3);
    let target = single(&[weights(EMBED, Dtype::BF16, &[5, 4], 3), head]);
    let vector = vector_of(&base, &chat);
    let recipe = Recipe::new(vec![1.0]);
    let direct = merge(&cast(&base, Some(&target), &[&chat]), &recipe);
    let by_vector = merge(&cast(&base, Some(&target), &[&vector]), &recipe);
    assert_eq!(row(&by_vector.plan, HEAD).0, Action::Merged);
    assert_eq!(weights_of(&by_vector), weights_of(&direct));
}

#[test]
fn cards_tell_vectors_from_models() {
    let (base, chat) = (model(1), model(2));
    let vector = vector_of(&base, &chat);
    let mut files = model(3).files;
    files.push(Memory::new("config.json", *b"{}"));
    let target = open(files).unwrap();
    let merged = merge(&cast(&target, None, &[&vector]), &Recipe::new(vec![-0.5]));
    let (_, card) = merged
        .files
        .iter()
        .find(|(name, _)| name == "README.md")
        .unwrap();
    let card = String::from_utf8_lossy(card);
    for line in [
        "    merged = base - 0.5 × chat model 1",
        "| chat model 1 (a chat vector) | chat model 1 | -0.5 |",
    ] {
        assert!(card.lines().any(|other| other == line), "{line}\n{card}");
    }
}

#[test]
fn shards_and_dtypes_of_vectors() {
    let split = |seed| {
        let tensors = tensors(seed);
        shards(&[&tensors[..2], &tensors[2..]])
    };
    let mut recipe = vector_recipe(vec![1.0]);
    recipe.output_dtype = OutputDtype::BF16;
    let made = merge(&cast(&split(1), None, &[&split(2)]), &recipe);
    let names: Vec<&str> = made.files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "chat_vector-00001-of-00002.safetensors",
            "chat_vector-00002-of-00002.safetensors",
            "chat_vector.safetensors.index.json"
        ]
    );
    assert_eq!(made.tensor(NORM).0, Dtype::BF16);
    assert!(given(&made).is_vector);
}

/// A vector's rows are differences, and no rows to take over.
#[test]
fn no_rows_are_taken_over_from_a_vector() {
    let tokenizer = |tokens: &[&str]| {
        let special = tokens
            .iter()
            .enumerate()
            .map(|(id, token)| format!(r#"{{"id":{id},"content":"{token}","special":true}}"#));
        let added = special.collect::<Vec<_>>().join(",");
        format!(r#"{{"added_tokens":[{added}],"model":{{"vocab":{{}}}}}}"#)
    };
    let beside = |model: Model, tokens: &[&str]| {
        let mut files = model.files;
        files.push(Memory::new(
            "tokenizer.json",
            tokenizer(tokens).into_bytes(),
        ));
        let model = open(files).unwrap();
        pollster::block_on(model.load_vocabulary());
        model
    };
    let table = |seed| single(&[weights(EMBED, Dtype::BF16, &[2, 4], seed)]);
    let vector = vector_of(&table(1), &table(2));
    let mut recipe = Recipe::new(vec![1.0]);
    recipe.embedding_rows = EmbeddingRows::MatchByToken;

    let (base, target) = (beside(table(1), &["a"]), beside(table(3), &["a", "b"]));
    let told = plan::plan(&cast(&base, Some(&target), &[&vector]), &recipe);
    let message = &told.report.problems[0].message;
    assert!(
        message
            .to_string()
            .contains("the base that the vector was made of"),
        "{message}"
    );

    let vector = beside(vector, &["a", "b"]);
    let models = cast(&base, Some(&target), &[&vector]);
    let planned = plan::plan(&models, &recipe);
    assert_eq!(planned.report.problems, []);
    assert_eq!(planned.report.introduced, [Vec::<String>::new()]);
    recipe.take_over = vec![TakeOver {
        chat: 0,
        target_token: "b".to_owned(),
        chat_token: "b".to_owned(),
    }];
    let told = plan::plan(&models, &recipe);
    let message = &told.report.problems[0].message;
    assert!(
        message
            .to_string()
            .contains("is a chat vector, and has no rows of its own"),
        "{message}"
    );
}

#[test]
fn what_can_be_no_vector_and_what_vectors_can_not_be_is_refused() {
    let [base, target, chat] = [1, 2, 4].map(model);
    let vector = vector_of(&base, &chat);
    let mut all_out = vector_recipe(vec![1.0]);
    all_out.rules = vec![Rule {
        pattern: "*".to_owned(),
        weights: vec![0.0],
    }];
    let one = Recipe::new(vec![1.0]);
    let foreign = vector_of(
        &single(&[weights("x", Dtype::F32, &[2], 1)]),
        &single(&[weights("x", Dtype::F32, &[2], 2)]),
    );
    let mut taking = vector_recipe(vec![1.0]);
    taking.take_over = vec![TakeOver {
        chat: 0,
        target_token: "a".to_owned(),
        chat_token: "a".to_owned(),
    }];
    for (models, recipe, role, words) in [
        (
            cast(&base, None, &[&foreign]),
            &one,
            Some(Role::Chat(0)),
            "has no tensor of the target",
        ),
        (
            cast(&base, None, &[&chat]),
            &taking,
            None,
            "no rows that are taken over",
        ),
        (
            cast(&vector, None, &[&chat]),
            &one,
            Some(Role::Base),
            "given as base is a chat vector",
        ),
        (
            cast(&base, Some(&vector), &[&chat]),
            &one,
            Some(Role::Target),
            "given as target is a chat vector",
        ),
        (
            cast(&base, Some(&target), &[&chat]),
            &vector_recipe(vec![1.0]),
            Some(Role::Target),
            "remove the target",
        ),
        (
            cast(&base, None, &[&chat]),
            &all_out,
            None,
            "Nothing is left",
        ),
    ] {
        let plan = plan::plan(&models, recipe);
        let [problem] = &plan.report.problems[..] else {
            panic!("{words}: {:?}", plan.report.problems)
        };
        assert_eq!(problem.model, role);
        assert!(
            problem.message.to_string().contains(words),
            "{}",
            problem.message
        );
        assert!(plan.files.is_empty());
    }
}
