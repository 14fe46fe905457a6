//! Rows matched by token: whole merges, compared with the formula computed row by row.
#![cfg(not(target_arch = "wasm32"))]

mod common;

use chat_vector::checkpoint::Checkpoint;
use chat_vector::engine;
use chat_vector::journal::{Journal, Mark};
use chat_vector::plan::{self, Models, Plan};
use chat_vector::recipe::{EmbeddingRows, OutputDtype, Preset, Recipe, Rule, Shards, TakeOver};
use chat_vector::report::{Action, Role};
use chat_vector::sink;
use chat_vector::source::Memory;
use chat_vector::verify::Verification;
use common::{T, file, formula, merge, open, raw, texts, tokenizer, weights};
use safetensors::Dtype;
use std::collections::BTreeMap;

const EMBEDDINGS: &str = "model.embed_tokens.weight";
const HEAD: &str = "lm_head.weight";
const COLUMNS: usize = 4;

/// A model: its tensors, its tokens with their rows, and its special tokens.
struct Model {
    tensors: Vec<T>,
    tokens: Vec<(String, usize)>,
    special: Vec<(String, usize)>,
    tied: bool,
}

impl Model {
    /// With embeddings, head and a norm, of so many rows; the tokens have the rows 0, 1, …
    fn new(dtype: Dtype, rows: usize, tokens: &[&str], seed: u64) -> Self {
        let tokens = tokens.iter().enumerate();
        Self {
            tensors: vec![
                weights(HEAD, dtype, &[rows, COLUMNS], seed),
                weights(EMBEDDINGS, dtype, &[rows, COLUMNS], seed + 1),
                weights("model.norm.weight", dtype, &[COLUMNS], seed + 2),
            ],
            tokens: tokens
                .map(|(row, &token)| (token.to_owned(), row))
                .collect(),
            special: Vec::new(),
            tied: false,
        }
    }

    fn special(mut self, tokens: &[(&str, usize)]) -> Self {
        let tokens = tokens.iter().map(|&(token, row)| (token.to_owned(), row));
        self.special = tokens.collect();
        self
    }

    /// Without a head of its own.
    fn tied(mut self) -> Self {
        self.tensors.retain(|tensor| tensor.name != HEAD);
        self.tied = true;
        self
    }

    fn companions(&self) -> Vec<Memory> {
        fn borrowed(tokens: &[(String, usize)]) -> Vec<(&str, usize)> {
            let tokens = tokens.iter();
            tokens.map(|(token, row)| (token.as_str(), *row)).collect()
        }
        let tokenizer = tokenizer(&borrowed(&self.tokens), &borrowed(&self.special));
        let mut files = vec![Memory::new("tokenizer.json", tokenizer)];
        if self.tied {
            let config = *br#"{"tie_word_embeddings": true}"#;
            files.push(Memory::new("config.json", config));
        }
        files
    }

    fn open(&self) -> Checkpoint<Memory> {
        let mut files = vec![Memory::new("model.safetensors", file(&self.tensors))];
        files.extend(self.companions());
        loaded(files)
    }

    /// In shards of so many tensors.
    fn open_in_shards(&self, tensors: usize) -> Checkpoint<Memory> {
        let count = self.tensors.len().div_ceil(tensors);
        let shards = self.tensors.chunks(tensors).enumerate();
        let name = |i: usize| format!("model-{:05}-of-{count:05}.safetensors", i + 1);
        let files = shards.map(|(i, tensors)| Memory::new(name(i), file(tensors)));
        loaded(files.chain(self.companions()).collect())
    }

    /// Added tokens win.
    fn row(&self, token: &str) -> Option<usize> {
        let all = self.special.iter().chain(&self.tokens);
        let mut found = all.filter(|(other, _)| other == token);
        found.next().map(|(_, row)| *row)
    }

    fn token(&self, row: usize) -> Option<&str> {
        let all = self.special.iter().chain(&self.tokens);
        let mut found = all.filter(|(_, other)| *other == row);
        found.next().map(|(token, _)| token.as_str())
    }

    fn get(&self, name: &str) -> &T {
        let named = |name: &str| self.tensors.iter().find(|tensor| tensor.name == name);
        named(name).or_else(|| named(EMBEDDINGS)).unwrap()
    }
}

fn loaded(files: Vec<Memory>) -> Checkpoint<Memory> {
    let checkpoint = open(files).unwrap();
    pollster::block_on(checkpoint.load_vocabulary());
    checkpoint
}

/// One row of a tensor, as a tensor.
fn row_of(tensor: &T, row: usize) -> Option<T> {
    let len = tensor.bytes.len() / tensor.shape[0];
    let bytes = (row < tensor.shape[0]).then(|| &tensor.bytes[row * len..][..len])?;
    Some(raw(&tensor.name, tensor.dtype, &[1, COLUMNS], bytes))
}

fn converted(tensor: &T, out: Dtype) -> Vec<u8> {
    if tensor.dtype == out {
        return tensor.bytes.clone();
    }
    formula(tensor, tensor, &[], out)
}

/// A table of tokens by the formula, row by row and by each row's token.
fn by_token(
    name: &str,
    (target, base, chats): (&Model, &Model, &[&Model]),
    lambdas: &[f64],
    taken: &[TakeOver],
    out: Dtype,
) -> Vec<u8> {
    let table = target.get(name);
    (0..table.shape[0])
        .flat_map(|row| {
            let own = row_of(table, row).unwrap();
            let Some(token) = target.token(row) else {
                return converted(&own, out);
            };
            if let Some(taken) = taken.iter().find(|taken| taken.target_token == token) {
                let chat = chats[taken.chat];
                let row = chat.row(&taken.chat_token).unwrap();
                return converted(&row_of(chat.get(name), row).unwrap(), out);
            }
            let in_model = |model: &Model| row_of(model.get(name), model.row(token)?);
            let taking_part = || chats.iter().zip(lambdas).filter(|(_, l)| **l != 0.0);
            let rows: Option<Vec<(T, f32)>> = taking_part()
                .map(|(chat, lambda)| Some((in_model(chat)?, *lambda as f32)))
                .collect();
            match (in_model(base), rows) {
                (Some(base), Some(rows)) if !rows.is_empty() => {
                    let rows: Vec<_> = rows.iter().map(|(row, lambda)| (row, *lambda)).collect();
                    formula(&own, &base, &rows, out)
                }
                _ => converted(&own, out),
            }
        })
        .collect()
}

fn recipe(lambdas: &[f64]) -> Recipe {
    let mut recipe = Recipe::new(lambdas.to_vec());
    recipe.embedding_rows = EmbeddingRows::MatchByToken;
    recipe
}

fn take(chat: usize, target_token: &str, chat_token: &str) -> TakeOver {
    TakeOver {
        chat,
        target_token: target_token.into(),
        chat_token: chat_token.into(),
    }
}

/// What the plan suggests to take over.
fn introduced(models: &Models<Memory>) -> Vec<TakeOver> {
    let plan = plan::plan(models, &recipe(&vec![1.0; models.chats.len()]));
    let chats = plan.report.introduced.iter().enumerate();
    let of = |(chat, tokens): (usize, &Vec<String>)| -> Vec<TakeOver> {
        let tokens = tokens.iter();
        tokens.map(|token| take(chat, token, token)).collect()
    };
    chats.flat_map(of).collect()
}

/// Merges, and compares both tables of tokens with the formula.
fn check(models: &Models<Memory>, made: (&Model, &Model, &[&Model]), recipe: &Recipe) -> Plan {
    let merged = merge(models, recipe);
    for tensor in &made.0.tensors {
        let (dtype, shape, bytes) = merged.tensor(&tensor.name);
        assert_eq!(shape, tensor.shape);
        if tensor.shape.len() == 2 {
            let taken = &recipe.take_over;
            let expected = by_token(&tensor.name, made, &recipe.weights, taken, dtype);
            assert!(bytes == expected, "{}", tensor.name);
        }
    }
    merged.plan
}

/// Matched, kept, taken over and padding, table by table.
fn counts(plan: &Plan) -> Vec<[u64; 4]> {
    let tables = plan.report.token_tables.iter();
    tables
        .map(|table| [table.matched, table.kept, table.taken_over, table.padding])
        .collect()
}

fn segments(plan: &Plan, name: &str) -> usize {
    let jobs = plan.files.iter().flat_map(|file| &file.jobs);
    let mut named = jobs.filter(|job| job.tensor.as_deref() == Some(name));
    named.next().unwrap().segments.len()
}

const ABC: [&str; 6] = ["a", "b", "c", "d", "e", "f"];

#[test]
fn the_same_tokens_in_the_same_rows_give_the_plain_plan() {
    let made = [1, 20, 40].map(|seed| Model::new(Dtype::BF16, 6, &ABC, seed));
    let [base, target, chat] = made.each_ref().map(Model::open);
    for target in [Some(&target), None] {
        let models = Models {
            base: &base,
            target,
            chats: vec![&chat],
        };
        let plain = plan::plan(&models, &Recipe::new(vec![0.7]));
        let plan = plan::plan(&models, &recipe(&[0.7]));
        let jobs = |plan: &Plan| -> Vec<_> {
            let jobs = plan.files.iter().flat_map(|file| file.jobs.clone());
            jobs.collect()
        };
        assert_eq!(jobs(&plan), jobs(&plain));
        assert_eq!(counts(&plan), [[6, 0, 0, 0]; 2]);
        assert_eq!(plan.report.notices, plain.report.notices);
        assert_eq!(plain.report.token_tables, []);
        assert_eq!(plan.report.introduced, [[""; 0]]);
    }
}

/// The target has tokens of its own at the end, base and chat differ by one, and all have padding.
#[test]
fn an_extended_vocabulary_keeps_its_own_tokens_and_padding() {
    let base = Model::new(Dtype::BF16, 8, &ABC[..5], 1);
    let chat = Model::new(Dtype::BF16, 8, &ABC[..5], 20).special(&[("<chat>", 5)]);
    let target = Model::new(Dtype::F32, 12, &["a", "b", "c", "d", "e", "x", "y"], 40);
    let made = (&target, &base, &[&chat][..]);
    let [b, t, c] = [&base, &target, &chat].map(Model::open);
    let models = Models {
        base: &b,
        target: Some(&t),
        chats: vec![&c],
    };
    let plan = check(&models, made, &recipe(&[0.7]));
    assert_eq!(counts(&plan), [[5, 2, 0, 5]; 2]);
    assert_eq!(segments(&plan, HEAD), 2);
    assert_eq!(plan.report.token_tables[0].tensor, HEAD);
    assert_eq!(
        plan.rows[0].why.to_string(),
        "by token: 5 rows merged, 7 copied, 0 taken over"
    );
    assert_eq!(
        texts(&plan.report.notices),
        [
            "`lm_head.weight`, `model.embed_tokens.weight`: the target's rows are kept for tokens \
             that another model lacks: `x`, `y`.",
            "1 of the 6 tokens of chat model 1 are left out: the target does not have them.",
        ]
    );
}

/// As many rows, but in another order, with a token that only some have in the middle.
#[test]
fn rows_in_another_order_find_each_other() {
    let base = Model::new(Dtype::BF16, 6, &ABC, 1);
    let chat = Model::new(Dtype::F16, 6, &["f", "a", "?", "c", "d", "b"], 20);
    let other = Model::new(Dtype::BF16, 7, &["c", "d", "a", "b", "e", "f", "!"], 60);
    let target = Model::new(Dtype::BF16, 6, &["d", "e", "f", "a", "b", "c"], 40);
    let made = (&target, &base, &[&chat, &other][..]);
    let [b, t, c, o] = [&base, &target, &chat, &other].map(Model::open);
    let models = Models {
        base: &b,
        target: Some(&t),
        chats: vec![&c, &o],
    };
    let plan = check(&models, made, &recipe(&[0.7, -0.25]));
    assert_eq!(counts(&plan), [[5, 1, 0, 0]; 2]);
    let notices = texts(&plan.report.notices).join("\n");
    assert!(notices.contains("another model lacks: `e`."), "{notices}");
    // A chat model that takes no part need not have the token.
    let plan = check(&models, made, &recipe(&[0.0, 1.0]));
    assert_eq!(counts(&plan), [[6, 0, 0, 0]; 2]);
    let mut to_f32 = recipe(&[1.0, 1.0]);
    to_f32.output_dtype = OutputDtype::F32;
    check(&models, made, &to_f32);
}

/// A target that is not given is the base, whose rows go with themselves.
#[test]
fn without_a_target_rows_are_those_of_the_base() {
    let base = Model::new(Dtype::BF16, 7, &ABC, 1);
    let chat = Model::new(Dtype::BF16, 9, &["b", "a", "c", "e", "d", "f", "g"], 20);
    let [b, c] = [&base, &chat].map(Model::open);
    let models = Models {
        base: &b,
        target: None,
        chats: vec![&c],
    };
    let plan = check(&models, (&base, &base, &[&chat]), &recipe(&[1.5]));
    assert_eq!(counts(&plan), [[6, 0, 0, 1]; 2]);
}

/// The tokenizers of base and chat have tokens that their embeddings lack.
#[test]
fn rows_past_a_table_count_as_missing() {
    let base = Model::new(Dtype::BF16, 5, &ABC, 1);
    let chat = Model::new(Dtype::BF16, 6, &ABC, 20);
    let target = Model::new(Dtype::BF16, 4, &ABC, 40);
    let [b, t, c] = [&base, &target, &chat].map(Model::open);
    let models = |base, target, chat| Models {
        base,
        target: Some(target),
        chats: vec![chat],
    };
    let plan = check(
        &models(&b, &c, &c),
        (&chat, &base, &[&chat]),
        &recipe(&[1.0]),
    );
    assert_eq!(counts(&plan), [[5, 1, 0, 0]; 2]);
    let plan = check(
        &models(&b, &t, &c),
        (&target, &base, &[&chat]),
        &recipe(&[1.0]),
    );
    assert_eq!(counts(&plan), [[4, 0, 0, 0]; 2]);
}

fn with_chat_tokens() -> [Model; 3] {
    let base = Model::new(Dtype::BF16, 8, &ABC, 1);
    let chat = Model::new(Dtype::F16, 9, &ABC, 20).special(&[
        ("<s>", 6),
        ("<|im_start|>", 7),
        ("<|im_end|>", 8),
    ]);
    let target = Model::new(Dtype::BF16, 10, &["x", "c", "b", "a", "d", "e", "f"], 40).special(&[
        ("<|im_end|>", 7),
        ("<|im_start|>", 8),
        ("<own>", 9),
    ]);
    [base, target, chat]
}

#[test]
fn rows_of_special_tokens_are_taken_over() {
    let [base, target, chat] = with_chat_tokens();
    let made = (&target, &base, &[&chat][..]);
    let [b, t, c] = [&base, &target, &chat].map(Model::open);
    let models = Models {
        base: &b,
        target: Some(&t),
        chats: vec![&c],
    };
    // Those that the target has and the base lacks, in the chat model's order.
    let introduced = introduced(&models);
    let both = ["<|im_start|>", "<|im_end|>"];
    // That is told even where something else is wrong.
    let wrong = plan::plan(&models, &recipe(&[f64::NAN])).report;
    assert_eq!(
        (wrong.problems.len(), wrong.introduced),
        (1, vec![both.map(str::to_owned).to_vec()])
    );
    assert_eq!(introduced, both.map(|token| take(0, token, token)));
    for output in [
        OutputDtype::SameAsTarget,
        OutputDtype::F16,
        OutputDtype::F32,
    ] {
        for lambda in [0.7, 0.0] {
            let mut recipe = recipe(&[lambda]);
            recipe.output_dtype = output;
            recipe.take_over = introduced.clone();
            recipe.take_over.push(take(0, "x", "<s>"));
            // A token that all have, too.
            recipe.take_over.push(take(0, "c", "a"));
            let plan = check(&models, made, &recipe);
            let matched = if lambda == 0.0 { 0 } else { 5 };
            assert_eq!(counts(&plan), [[matched, 6 - matched, 4, 0]; 2]);
            assert_eq!(plan.rows[0].action, Action::Merged);
        }
    }
}

/// The authors' way: `--skip_embed` with `--special_tokens_map`.
#[test]
fn embeddings_that_are_skipped_take_over_rows_all_the_same() {
    let [base, target, chat] = with_chat_tokens();
    let [b, t, c] = [&base, &target, &chat].map(Model::open);
    let models = Models {
        base: &b,
        target: Some(&t),
        chats: vec![&c],
    };
    let mut recipe = recipe(&[1.0]);
    recipe.rules = Preset::SkipEmbeddings.rules(1);
    let plain = merge(&models, &recipe);
    assert_eq!((plain.plan.report.merged, plain.plan.report.copied), (1, 2));
    assert_eq!(plain.plan.report.token_tables, []);
    assert_eq!(plain.tensor(HEAD).2, target.get(HEAD).bytes);
    recipe.take_over = introduced(&models);
    let merged = merge(&models, &recipe);
    let expected = |name| {
        let made = (&target, &base, &[&chat][..]);
        by_token(name, made, &[0.0], &recipe.take_over, Dtype::BF16)
    };
    assert_eq!(merged.tensor(HEAD).2, expected(HEAD));
    assert_eq!(merged.tensor(EMBEDDINGS).2, expected(EMBEDDINGS));
    assert_ne!(merged.tensor(HEAD).2, target.get(HEAD).bytes);
    let why = merged.plan.rows[0].why.to_string();
    assert!(why.starts_with("every λ is 0 (rule `{*lm_head*"), "{why}");
    assert!(
        why.ends_with("; by token: 0 rows merged, 8 copied, 2 taken over"),
        "{why}"
    );
}

/// What is taken over keeps a NaN's payload where its dtype stays; it is counted all the same.
#[test]
fn a_row_that_is_taken_over_keeps_its_bytes() {
    let [base, target, mut chat] = with_chat_tokens();
    let bytes: Vec<u8> = (0..72).flat_map(|_| [0x81, 0xff]).collect();
    for tensor in &mut chat.tensors[..2] {
        *tensor = raw(&tensor.name, Dtype::BF16, &[9, COLUMNS], &bytes[..72]);
    }
    let [b, t, c] = [&base, &target, &chat].map(Model::open);
    let models = Models {
        base: &b,
        target: Some(&t),
        chats: vec![&c],
    };
    let mut recipe = recipe(&[0.0]);
    recipe.take_over = vec![take(0, "<own>", "<s>")];
    let merged = merge(&models, &recipe);
    assert_eq!(merged.tensor(HEAD).2[9 * 8..], bytes[..8]);
    let nan: Vec<_> = merged
        .nonfinite
        .iter()
        .map(|n| (&*n.tensor, n.nan))
        .collect();
    assert_eq!(nan, [(HEAD, 4), (EMBEDDINGS, 4)]);
}

/// A tied model's embeddings stand in for its head, row by row too.
#[test]
fn tied_heads_are_matched_and_taken_over() {
    let [base, target, chat] = with_chat_tokens();
    let [base, chat] = [base.tied(), chat.tied()];
    let made = (&target, &base, &[&chat][..]);
    let [b, t, c] = [&base, &target, &chat].map(Model::open);
    let models = Models {
        base: &b,
        target: Some(&t),
        chats: vec![&c],
    };
    for lambda in [1.0, 0.0] {
        let mut recipe = recipe(&[lambda]);
        recipe.take_over = introduced(&models);
        let plan = check(&models, made, &recipe);
        assert_eq!(counts(&plan).len(), 2);
    }
}

#[test]
fn models_in_shards() {
    let [base, target, chat] = with_chat_tokens();
    let made = (&target, &base, &[&chat][..]);
    let [b, t, c] = [
        base.open_in_shards(1),
        target.open_in_shards(1),
        chat.open_in_shards(2),
    ];
    let models = Models {
        base: &b,
        target: Some(&t),
        chats: vec![&c],
    };
    let mut recipe = recipe(&[0.5]);
    recipe.take_over = introduced(&models);
    let weights = |plan: Plan| {
        let files = plan.report.files.iter();
        files.filter(|file| file.is_weights()).count()
    };
    assert_eq!(weights(check(&models, made, &recipe)), 3);
    recipe.shards = Shards::One;
    assert_eq!(weights(check(&models, made, &recipe)), 1);
}

/// Position tables have rows too, but theirs are no tokens.
#[test]
fn rows_that_are_no_tokens_stay_where_they_are() {
    let model = |tokens: &[&str], rows: usize, seed| {
        let mut model = Model::new(Dtype::BF16, 6, tokens, seed);
        let wpe = weights("transformer.wpe.weight", Dtype::BF16, &[rows, 4], seed + 7);
        model.tensors.push(wpe);
        model
    };
    let base = model(&ABC, 6, 1);
    let chat = model(&["b", "a", "c", "d", "e", "f"], 6, 20);
    let longer = model(&ABC, 8, 40);
    let [b, c, l] = [&base, &chat, &longer].map(Model::open);
    let models = |target| Models {
        base: &b,
        target: Some(target),
        chats: vec![&c],
    };
    let name = "transformer.wpe.weight";
    let merged = merge(&models(&b), &recipe(&[1.0]));
    let right = formula(
        base.get(name),
        base.get(name),
        &[(chat.get(name), 1.0)],
        Dtype::BF16,
    );
    assert_eq!(merged.tensor(name).2, right);
    let merged = merge(&models(&l), &recipe(&[1.0]));
    assert_eq!(merged.tensor(name).2, longer.get(name).bytes);
    assert!(
        merged.plan.report.notices[0]
            .to_string()
            .contains("the target's rows are kept")
    );
}

/// A thousand rows in no order, in files whose rows lie farther apart than a chunk.
#[test]
fn a_permuted_vocabulary_is_merged_row_by_row_and_verified() {
    let (rows, columns) = (1009, 1500);
    let model = |factor: usize, dtype, seed| {
        let tokens: Vec<String> = (0..rows)
            .map(|i| format!("t{}", i * factor % rows))
            .collect();
        let tokens: Vec<&str> = tokens.iter().map(String::as_str).collect();
        let mut model = Model::new(dtype, rows, &tokens, seed);
        model.tensors = vec![weights(EMBEDDINGS, dtype, &[rows, columns], seed)];
        model
    };
    let base = model(1, Dtype::BF16, 1);
    let chat = model(5, Dtype::F32, 2);
    let target = model(77, Dtype::BF16, 3);
    let [b, t, c] = [&base, &target, &chat].map(Model::open);
    let models = Models {
        base: &b,
        target: Some(&t),
        chats: vec![&c],
    };
    let mut recipe = recipe(&[0.7]);
    recipe.take_over = vec![take(0, "t77", "t1")];
    let merged = merge(&models, &recipe);
    assert_eq!(segments(&merged.plan, EMBEDDINGS), rows);
    let row = |tensor: &T, row: usize| {
        let len = tensor.bytes.len() / rows;
        raw(
            "",
            tensor.dtype,
            &[columns],
            &tensor.bytes[row * len..][..len],
        )
    };
    let mut expected = Vec::new();
    for at in 0..rows {
        let token = target.token(at).unwrap();
        let in_model =
            |model: &Model, token: &str| row(&model.tensors[0], model.row(token).unwrap());
        let own = row(&target.tensors[0], at);
        expected.extend(match token {
            "t77" => converted(&in_model(&chat, "t1"), Dtype::BF16),
            _ => {
                let (base, chat) = (in_model(&base, token), in_model(&chat, token));
                formula(&own, &base, &[(&chat, 0.7)], Dtype::BF16)
            }
        });
    }
    assert!(merged.tensor(EMBEDDINGS).2 == expected);

    // Verified as it is, and not with a byte that is another one.
    let verify = |bytes: Vec<u8>| {
        let outputs = [Memory::new("model.safetensors", bytes)];
        let (thin, mut sink) = Verification::new(&merged.plan, &outputs, None).unwrap();
        let run = common::run(&models, &thin, &mut sink);
        sink.conclude(run)
    };
    let mut bytes = merged.files[0].1.clone();
    verify(bytes.clone()).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    let wrong = verify(bytes).unwrap_err().to_string();
    assert!(wrong.contains(EMBEDDINGS), "{wrong}");

    // It goes on from any element, and from none within one.
    let (whole, start) = (&merged.files[0].1, merged.plan.files[0].start.len());
    for done in (start..whole.len()).step_by(99_998 - start % 2) {
        let rest = merged.plan.after(0, done as u64);
        assert_eq!(rest.is_some(), (done - start).is_multiple_of(2), "{done}");
        let Some(rest) = rest else { continue };
        let mut sink = sink::Memory::default();
        let mark = Mark::default();
        let never = std::future::pending();
        let run = engine::run(&models, &rest, mark, &mut sink, |_| {}, never);
        pollster::block_on(run).unwrap();
        let made = &sink.files[0].1;
        assert!(
            made[made.len() - (whole.len() - done)..] == whole[done..],
            "{done}"
        );
    }
}

/// What is merged is known again by its recipe with the list, and by the tokenizers' files.
#[test]
fn an_interrupted_merge_goes_on_with_the_same_tokenizers_only() {
    let [base, target, chat] = with_chat_tokens();
    let [b, t, c] = [&base, &target, &chat].map(Model::open);
    let models = |chat| Models {
        base: &b,
        target: Some(&t),
        chats: vec![chat],
    };
    let mut recipe = recipe(&[0.7]);
    recipe.take_over = introduced(&models(&c));
    assert_eq!(recipe.take_over.len(), 2);
    let plan = plan::plan(&models(&c), &recipe);
    let journal = Journal::new(&models(&c), &recipe, &plan, false);
    let journal: Journal = serde_json::from_str(&serde_json::to_string(&journal).unwrap()).unwrap();
    let again = chat.open();
    journal.check_models(&models(&again)).unwrap();
    let replanned = plan::plan(&models(&again), &journal.recipe);
    assert_eq!(replanned, plan);
    let mark = Mark {
        bytes: plan.files[0].start.len() as u64 + 8 * 7 + 2,
        ..Mark::default()
    };
    let rest = journal.rest(&replanned, &mark).unwrap();
    assert_eq!(rest.files[0].done, mark.bytes);

    let [.., other] = with_chat_tokens();
    let other = other.special(&[("<|im_start|>", 7), ("<|im_end|>", 8)]);
    let error = journal.check_models(&models(&other.open())).unwrap_err();
    let told = "chat model 1: `tokenizer.json` is not the same file as then: its size differs";
    assert!(error.to_string().starts_with(told), "{error}");
}

/// The only problem of a plan.
fn problem(models: &Models<Memory>, recipe: &Recipe) -> (Option<Role>, String) {
    let plan = plan::plan(models, recipe);
    let [problem] = &plan.report.problems[..] else {
        panic!("{:?}", plan.report.problems)
    };
    assert!(plan.files.is_empty());
    (problem.model, problem.message.to_string())
}

#[test]
fn a_model_without_a_vocabulary_is_told() {
    let [base, target, chat] = with_chat_tokens();
    let all = [&base, &target, &chat].map(Model::open);
    let without = |model: &Model| {
        let bytes = file(&model.tensors);
        loaded(vec![Memory::new("model.safetensors", bytes)])
    };
    let broken = |model: &Model| {
        let tokenizer = Memory::new("tokenizer.json", *b"{}");
        let weights = Memory::new("model.safetensors", file(&model.tensors));
        loaded(vec![weights, tokenizer])
    };
    for (at, role) in [Role::Base, Role::Target, Role::Chat(0)]
        .into_iter()
        .enumerate()
    {
        for (other, words) in [
            (
                without([&base, &target, &chat][at]),
                "was given without its `tokenizer.json`",
            ),
            (broken([&base, &target, &chat][at]), "has no vocabulary"),
        ] {
            let pick = |i: usize| if i == at { &other } else { &all[i] };
            let models = Models {
                base: pick(0),
                target: Some(pick(1)),
                chats: vec![pick(2)],
            };
            let (told, message) = problem(&models, &recipe(&[1.0]));
            assert_eq!(told, Some(role));
            assert!(message.contains(words), "{message}");
            let advice = format!("Give the whole folder of {role}, with its `tokenizer.json`");
            assert!(message.contains(&advice), "{message}");
            assert_eq!(introduced(&models), []);
        }
    }
    // A chat model that nothing asks for needs none.
    let other = without(&chat);
    let models = Models {
        base: &all[0],
        target: Some(&all[1]),
        chats: vec![&all[2], &other],
    };
    let plan = plan::plan(&models, &recipe(&[1.0, 0.0]));
    assert_eq!(plan.report.problems, []);
    let mut by_rule = recipe(&[1.0, 0.0]);
    by_rule.rules = vec![Rule {
        pattern: "x".into(),
        weights: vec![0.0, 1.0],
    }];
    assert_eq!(problem(&models, &by_rule).0, Some(Role::Chat(1)));
    // Base and target are one: it is told once.
    let other = without(&base);
    let models = Models {
        base: &other,
        target: None,
        chats: vec![&all[2]],
    };
    assert_eq!(problem(&models, &recipe(&[1.0])).0, Some(Role::Base));
}

#[test]
fn what_is_wrong_with_the_list_of_tokens_is_told() {
    let [base, target, chat] = with_chat_tokens();
    let [b, t, c] = [&base, &target, &chat].map(Model::open);
    let models = Models {
        base: &b,
        target: Some(&t),
        chats: vec![&c],
    };
    for (taken, role, words) in [
        (
            vec![take(0, "no", "<s>")],
            Some(Role::Target),
            "`no` can't be taken over: the tokenizer of target",
        ),
        (
            vec![take(0, "x", "no")],
            Some(Role::Chat(0)),
            "`no` can't be taken over: the tokenizer of chat model 1",
        ),
        (
            vec![take(1, "x", "<s>")],
            Some(Role::Chat(1)),
            "`<s>` can't be taken over: the tokenizer of chat model 2",
        ),
        (
            vec![take(0, "x", "<s>"), take(0, "x", "a")],
            Some(Role::Target),
            "`x` can't be taken over: its row in the target is taken over already",
        ),
    ] {
        let mut recipe = recipe(&[1.0]);
        recipe.take_over = taken.clone();
        let (told, message) = problem(&models, &recipe);
        assert_eq!(told, role);
        assert!(message.contains(words), "{message}");
        assert!(message.contains("emove"), "{message}");
    }
    let mut plain = Recipe::new(vec![1.0]);
    plain.take_over = vec![take(0, "x", "<s>")];
    assert!(
        problem(&models, &plain)
            .1
            .contains("Choose \u{201c}match by token\u{201d}")
    );
}

/// The rows are there by the tokenizers, but not in the tensors.
#[test]
fn tables_that_lack_a_row_to_take_over_are_told() {
    let [base, target, chat] = with_chat_tokens();
    let told = |change: &dyn Fn(&mut Model, &mut Model), words: &str| {
        let [base, mut target, mut chat] = with_chat_tokens();
        change(&mut target, &mut chat);
        let [b, t, c] = [&base, &target, &chat].map(Model::open);
        let models = Models {
            base: &b,
            target: Some(&t),
            chats: vec![&c],
        };
        for lambda in [0.0, 1.0] {
            let mut recipe = recipe(&[lambda]);
            recipe.take_over = vec![take(0, "<own>", "<|im_end|>")];
            recipe.unmatched = chat_vector::recipe::Unmatched::Refuse;
            let plan = plan::plan(&models, &recipe);
            let problems = plan.report.problems;
            let message = problems
                .iter()
                .find(|p| p.message.to_string().contains(words));
            assert!(message.is_some(), "{words}: {problems:?}");
            assert_eq!(problems[0].tensor.as_deref(), Some(HEAD));
        }
    };
    let resize = |model: &mut Model, shape: &[usize]| {
        let dtype = model.tensors[0].dtype;
        model.tensors[0] = weights(HEAD, dtype, shape, 3);
    };
    told(
        &|target, _| resize(target, &[9, 4]),
        "target has no row for the token `<own>`",
    );
    told(
        &|_, chat| resize(chat, &[8, 4]),
        "chat model 1 has no row for the token `<|im_end|>`",
    );
    told(
        &|_, chat| resize(chat, &[9, 5]),
        "its shape is 10×4 in target but 9×5 in chat model 1",
    );
    let ids = |chat: &mut Model| chat.tensors[0] = raw(HEAD, Dtype::U8, &[9, 4], &[0; 36]);
    told(
        &|_, chat| ids(chat),
        "it is U8 in chat model 1, which does not merge",
    );
    told(
        &|_, chat| drop(chat.tensors.remove(0)),
        "chat model 1 has no such tensor",
    );
    drop((base, target, chat));
}

/// Tensors of no rows or no columns, whatever their other dimension claims.
#[test]
fn tables_without_elements_are_no_reason_to_work() {
    let header = |shape: &str| {
        let entry =
            format!(r#"{{"{EMBEDDINGS}":{{"dtype":"F32","shape":{shape},"data_offsets":[0,0]}}}}"#);
        let mut bytes = (entry.len() as u64).to_le_bytes().to_vec();
        bytes.extend(entry.as_bytes());
        let tokens = tokenizer(&[("a", 0), ("b", 1)], &[]);
        loaded(vec![
            Memory::new("model.safetensors", bytes),
            Memory::new("tokenizer.json", tokens),
        ])
    };
    for (shape, counts_of) in [
        ("[18446744073709551615,0]", [2, 0, 0, u64::MAX - 2]),
        ("[0,18446744073709551615]", [0, 0, 0, 0]),
        ("[1,0]", [1, 0, 0, 0]),
        ("[0]", [0, 0, 0, 0]),
    ] {
        let model = header(shape);
        let models = Models {
            base: &model,
            target: None,
            chats: vec![&model],
        };
        let merged = merge(&models, &recipe(&[1.0]));
        assert_eq!(counts(&merged.plan), [counts_of], "{shape}");
        assert!(merged.tensor(EMBEDDINGS).2.is_empty());
    }
}

/// Many vocabularies, small and in disorder, against the formula.
#[test]
fn any_vocabularies_are_matched_as_the_formula_says() {
    let mut state = 1_u64;
    let mut random = move |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) as usize % below
    };
    for round in 0..200 {
        let mut model = |seed| {
            let rows = 1 + random(12);
            let mut by_row: BTreeMap<usize, String> = BTreeMap::new();
            for token in ["a", "b", "c", "d", "e", "f", "g", "h"] {
                // Mostly in order, sometimes anywhere or past the table, sometimes not at all.
                let row = match random(6) {
                    0 => random(rows + 2),
                    1 => continue,
                    _ => by_row.last_key_value().map_or(0, |(row, _)| row + 1),
                };
                by_row.entry(row).or_insert(token.to_owned());
            }
            by_row.entry(20).or_insert("last".to_owned());
            let mut model = Model::new(Dtype::BF16, rows, &[], seed);
            model.tokens = by_row
                .into_iter()
                .map(|(row, token)| (token, row))
                .collect();
            model
        };
        let all = [1, 2, 3, 4].map(|seed| model(round * 10 + seed));
        let [base, target, first, second] = &all;
        let [b, t, c, d] = all.each_ref().map(Model::open);
        let models = Models {
            base: &b,
            target: Some(&t),
            chats: vec![&c, &d],
        };
        let weights = [[1.0, 0.5], [1.0, 0.0]][round as usize % 2];
        let made = (target, base, &[first, second][..]);
        let plan = check(&models, made, &recipe(&weights));
        let [matched, kept, taken, padding] = counts(&plan)[0];
        let rows = target.tensors[0].shape[0] as u64;
        assert_eq!(matched + kept + taken + padding, rows);
    }
}
