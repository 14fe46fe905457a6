//! A whole cast: merged by the library and compared with the formula computed plainly, measured, and
//! every failure.

mod common;

use chat_vector::document::{self, Document};
use chat_vector_learn::measure::Measures;
use chat_vector_learn::miniature::{Files, Made, Miniature, MiniatureError, Part, State, Which};
use chat_vector_learn::model::Model;
use chat_vector_learn::words::Words;
use common::{CONFIG, T, WEIGHTS, config, file, moved, of_values, tensors, tokenizer, values};
use std::iter::zip;

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn files() -> Files {
    Files {
        base: WEIGHTS.to_vec(),
        target: moved(1),
        chat: moved(2),
        second: Some(moved(3)),
        config: CONFIG.to_owned(),
    }
}

fn cast() -> Miniature {
    Miniature::open(files()).unwrap()
}

/// `target + Σ λ·(chat − base)` in f32, for the tensors that `takes_part` picks.
fn plainly(weights: &[f64], takes_part: impl Fn(&str) -> bool) -> Vec<T> {
    let files = files();
    let chats = [tensors(&files.chat), tensors(&files.second.unwrap())];
    zip(tensors(&files.target), tensors(&files.base))
        .enumerate()
        .map(|(at, (target, base))| {
            if !takes_part(&target.name) {
                return target;
            }
            let mut sums = values(&target);
            for (chat, &weight) in zip(&chats, weights) {
                let vector = zip(values(&chat[at]), values(&base)).map(|(c, b)| c - b);
                for (sum, x) in zip(&mut sums, vector) {
                    *sum += weight as f32 * x;
                }
            }
            of_values(&target, target.dtype, sums)
        })
        .collect()
}

#[test]
fn merges_are_plain_arithmetic() {
    let is_token_table = |name: &str| name.contains("embed_tokens") || name.contains("lm_head");
    let all = State::new(vec![0.7, -1.5]);
    let state = |change: &dyn Fn(&mut State)| {
        let mut state = all.clone();
        change(&mut state);
        state
    };
    type Picks<'a> = &'a dyn Fn(&str) -> bool;
    let cases: [(State, Picks); 8] = [
        (all.clone(), &|_| true),
        (state(&|s| s.embeddings = false), &|name| {
            !is_token_table(name)
        }),
        (state(&|s| s.part = Part::Attention), &|name| {
            name.contains(".self_attn.")
        }),
        (state(&|s| s.part = Part::Mlp), &|name| {
            name.contains(".mlp.")
        }),
        (state(&|s| s.layers = Some((1, 1))), &|name| {
            !name.contains(".layers.0.")
        }),
        (state(&|s| s.layers = Some((0, 1))), &|_| true),
        (
            state(&|s| (s.layers, s.part) = (Some((0, 0)), Part::Attention)),
            &|name| name.contains(".layers.0.self_attn."),
        ),
        (
            state(&|s| (s.layers, s.embeddings) = (Some((0, 0)), false)),
            &|name| !name.contains(".layers.1.") && !is_token_table(name),
        ),
    ];
    let mut cast = cast();
    for (state, picks) in cases {
        let made = cast.merge(&state).unwrap();
        let expected = plainly(&state.weights, picks);
        assert!(tensors(cast.merged()) == expected, "{state:?}");
        let merged = expected.iter().filter(|t| picks(&t.name)).count();
        let copied = expected.len() - merged;
        assert_eq!(made, Made { merged, copied }, "{state:?}");
    }
}

#[test]
fn the_merged_model_is_that_of_the_merged_bytes() {
    let mut cast = cast();
    assert_eq!(cast.there().count(), 4);
    cast.merge(&State::new(vec![1.0, 0.0])).unwrap();
    let merged = Model::load(&config(), &file(&plainly(&[1.0, 0.0], |_| true))).unwrap();
    let text: &[u32] = &[0, 2, 5, 6, 3];
    let surprise = |model: &Model| model.surprise(&[text]).unwrap();
    assert_eq!(
        surprise(cast.model(Which::Merged).unwrap()),
        surprise(&merged)
    );
    let all = [
        Which::Base,
        Which::Target,
        Which::Chat,
        Which::Second,
        Which::Merged,
    ];
    assert_eq!(cast.there().collect::<Vec<_>>(), all);
    // Each is a model of its own.
    for which in &all[..4] {
        assert_ne!(
            surprise(cast.model(*which).unwrap()),
            surprise(&merged),
            "{which}"
        );
    }
}

#[test]
fn a_recipe_is_the_librarys_own() {
    let (cast, mut state) = (cast(), State::new(vec![1.0, -0.5]));
    let patterns = |state: &State| -> Vec<String> {
        let rules = state.recipe(12).rules.into_iter();
        rules
            .map(|rule| format!("{} {:?}", rule.pattern, rule.weights))
            .collect()
    };
    assert!(patterns(&state).is_empty());
    state.layers = Some((2, 10));
    state.part = Part::Mlp;
    assert_eq!(
        patterns(&state),
        [
            "model.layers.{0,1,11}.* [0.0, 0.0]",
            "*.mlp.* [1.0, -0.5]",
            "* [0.0, 0.0]"
        ]
    );
    state.layers = Some((0, 0));
    let text = cast.recipe_file(&state).unwrap();
    let document = Document::read(&text, document::from_json).unwrap();
    assert_eq!(document.recipe, cast.recipe(&state).unwrap());
    assert_eq!(document.recipe.rules[0].pattern, "model.layers.1.*");
}

#[test]
fn norms_of_the_vectors() {
    let norms = cast().norms().unwrap();
    let files = files();
    let (base, chat, second) = (
        tensors(&files.base),
        tensors(&files.chat),
        tensors(&files.second.unwrap()),
    );
    assert_eq!(norms.len(), base.len());
    let norm = |values: &mut dyn Iterator<Item = f32>| {
        values.map(|x| f64::from(x).powi(2)).sum::<f64>().sqrt()
    };
    let is_near = |a: f64, b: f64| (a - b).abs() < 1e-5 * b;
    for found in &norms {
        let of = |tensors: &[T]| values(tensors.iter().find(|t| t.name == found.tensor).unwrap());
        let size = norm(&mut of(&base).into_iter());
        assert!(is_near(found.base, size), "{found:?}");
        for (vector, chat) in zip(&found.vectors, [&chat, &second]) {
            let change = norm(&mut zip(of(chat), of(&base)).map(|(c, b)| c - b));
            assert!(is_near(vector.norm, change), "{found:?}");
            assert!(is_near(vector.ratio.unwrap(), change / size), "{found:?}");
        }
    }
    let mut places: Vec<_> = norms
        .iter()
        .map(|norm| (norm.layer, &norm.module[..]))
        .collect();
    places.sort_unstable();
    assert_eq!(
        places[..5],
        [
            (None, "embed_tokens"),
            (None, "lm_head"),
            (None, "norm"),
            (Some(0), "input_layernorm"),
            (Some(0), "mlp.down_proj")
        ]
    );
}

#[test]
fn casts_that_are_refused() {
    let opened = |change: &dyn Fn(&mut Files)| {
        let mut files = files();
        change(&mut files);
        Miniature::open(files)
    };
    let refused = |change: &dyn Fn(&mut Files)| opened(change).unwrap_err().to_string();
    let without_norm = || {
        let mut tensors = tensors(WEIGHTS);
        tensors.retain(|t| t.name != "model.norm.weight");
        file(&tensors)
    };
    for (error, message) in [
        (
            refused(&|f| f.config.clear()),
            "config.json can't be read: ",
        ),
        (
            refused(&|f| f.chat.truncate(500)),
            "the chat model can't be opened: `model.safetensors`: its header should be 2072 bytes",
        ),
        (refused(&|f| f.base.clear()), "the base can't be opened: "),
        (
            refused(&|f| f.target = without_norm()),
            "the target can't be run: the weights lack the tensor `model.norm.weight`",
        ),
    ] {
        assert!(error.starts_with(message), "{error}");
    }

    let mut cast = opened(&|f| f.second = None).unwrap();
    let absent = |cast: &Miniature, which| cast.model(which).unwrap_err().to_string();
    assert_eq!(
        absent(&cast, Which::Second),
        "the second chat model is not there"
    );
    assert_eq!(absent(&cast, Which::Merged), "nothing was merged yet");
    for (state, message) in [
        (
            State::new(vec![1.0, 1.0]),
            "2 λ were given, and there are 1 chat vectors",
        ),
        (State::new(vec![f64::NAN]), "the models can't be merged: "),
        (
            State {
                layers: Some((1, 2)),
                ..State::new(vec![1.0])
            },
            "there are no layers 1 to 2 in a model of 2",
        ),
        (
            State {
                layers: Some((1, 0)),
                ..State::new(vec![1.0])
            },
            "there are no layers 1 to 0 in a model of 2",
        ),
    ] {
        let error = cast.merge(&state).unwrap_err();
        assert!(error.to_string().starts_with(message), "{error}");
        // What fails leaves nothing behind.
        assert_eq!(
            cast.model(Which::Merged).unwrap_err(),
            MiniatureError::Absent(Which::Merged)
        );
    }
}

#[test]
fn each_kind_of_measure() {
    let words = Words::parse(&tokenizer()).unwrap();
    let cast = cast();
    let model = cast.model(Which::Chat).unwrap();
    let said = |text: &str, most: usize| -> Vec<u32> {
        let numbers = words.numbers(text).unwrap();
        model
            .generate(&[&numbers], most, words.end())
            .unwrap()
            .remove(0)
    };
    let text_of = |tokens: &[u32]| {
        let text = tokens.iter().map(|&token| words.word(token));
        text.collect::<Vec<_>>().join(" ")
    };
    // A prompt to which the model has a reply that ends, and one to which it has none, of two lengths.
    let prompts: Vec<String> = (4..40)
        .flat_map(|a| {
            [
                format!("<s> <|user|> w{a} <|assistant|>"),
                format!("<s> w{a} w{a}"),
            ]
        })
        .collect();
    let ends = |prompt: &&String| said(prompt, 24).last() == Some(&words.end());
    let ended = prompts.iter().find(ends).unwrap();
    let endless = prompts.iter().find(|prompt| !ends(prompt)).unwrap();
    let (right, whole) = (said(ended, 24), said(endless, 24));
    assert_eq!(whole.len(), 24);
    let allowed: Vec<u32> = whole[..2].to_vec();
    let all: Vec<u32> = whole
        .iter()
        .chain(&right)
        .copied()
        .filter(|&t| t != words.end())
        .collect();
    let hits = all.iter().filter(|token| allowed.contains(token)).count();

    let json = format!(
        r#"{{"measures": [
            {{"name": "right", "kind": "answer", "cases": [
                {{"prompt": "{ended}", "answer": "{}"}},
                {{"prompt": "{endless}", "answer": "{} </s>"}},
                {{"prompt": "<s>", "answer": "</s>"}},
                {{"prompt": "{ended}", "answer": "w4 {}"}}]}},
            {{"name": "language", "kind": "words", "words": ["{}", "{}"], "cases": [
                {{"prompt": "{ended}"}}, {{"prompt": "{endless}"}}]}},
            {{"name": "loss", "kind": "text", "cases": [
                {{"prompt": "<s> w5 w6 ."}}, {{"prompt": "<s> w9"}}, {{"prompt": "<s> w8"}}]}}
        ]}}"#,
        text_of(&right),
        text_of(&whole),
        text_of(&right),
        words.word(allowed[0]),
        words.word(allowed[1]),
    )
    .replace("w6 .", "w6 w7");
    let measures = Measures::parse(&json, &words).unwrap();
    assert_eq!(
        measures.names().collect::<Vec<_>>(),
        ["right", "language", "loss"]
    );
    let found = measures.run(model, &words).unwrap();
    let found: Vec<_> = found
        .iter()
        .map(|m| (&m.name[..], m.value, m.count))
        .collect();
    assert_eq!(found[0], ("right", 0.25, 4));
    assert_eq!(
        found[1],
        ("language", hits as f64 / all.len() as f64, all.len())
    );
    let surprise = |text: &str| model.surprise(&[&words.numbers(text).unwrap()]).unwrap()[0];
    let sum = surprise("<s> w5 w6 w7") + surprise("<s> w9") + surprise("<s> w8");
    assert_eq!((found[2].0, found[2].2), ("loss", 5));
    assert!(
        (found[2].1 - sum / 5.0).abs() < 1e-6,
        "{} {sum}",
        found[2].1
    );
}

#[test]
fn an_empty_reply_counts_as_a_word_that_is_not_allowed() {
    let words = Words::parse(&tokenizer()).unwrap();
    // All its logits are 0, and of equal ones the first is taken: the words' numbers say which that is.
    let mut tensors = tensors(WEIGHTS);
    let head = tensors
        .iter_mut()
        .find(|t| t.name == "lm_head.weight")
        .unwrap();
    *head = of_values(head, head.dtype, vec![0.0; 40 * 32]);
    let model = Model::load(&config(), &file(&tensors)).unwrap();
    let swapped = tokenizer()
        .replace(r#""<s>":0"#, r#""<s>":1"#)
        .replace(r#""</s>":1"#, r#""</s>":0"#);
    let run = |words: &Words, list: &str| {
        let json = format!(
            r#"{{"measures": [{{"name": "m", "kind": "words", "words": {list},
                "cases": [{{"prompt": "w4"}}, {{"prompt": "w4 w5"}}]}}]}}"#
        );
        let found = Measures::parse(&json, words)
            .unwrap()
            .run(&model, words)
            .unwrap();
        (found[0].value, found[0].count)
    };
    assert_eq!(run(&Words::parse(&swapped).unwrap(), r#"["w4"]"#), (0.0, 2));
    assert_eq!(run(&words, r#"["<s>"]"#), (1.0, 48));
    assert_eq!(run(&words, r#"["w4"]"#), (0.0, 48));
}

#[test]
fn prompts_that_are_refused() {
    let words = Words::parse(&tokenizer()).unwrap();
    let measure = |fields: &str| format!(r#"{{"measures": [{{"name": "m", {fields}}}]}}"#);
    for (json, message) in [
        ("[".to_owned(), "prompts.json can't be read: "),
        (
            measure(r#""kind": "guess", "cases": []"#),
            "prompts.json can't be read: unknown variant `guess`",
        ),
        (
            measure(r#""kind": "text", "cases": []"#),
            "the measure `m` of prompts.json has no cases, or an empty one",
        ),
        (
            measure(r#""kind": "text", "cases": [{"prompt": "<s>"}]"#),
            "the measure `m` of prompts.json has no cases, or an empty one",
        ),
        (
            measure(r#""kind": "answer", "cases": [{"prompt": " ", "answer": "</s>"}]"#),
            "the measure `m` of prompts.json has no cases, or an empty one",
        ),
        (
            measure(r#""kind": "answer", "cases": [{"prompt": "w4", "answer": "w5"}]"#),
            "the measure `m` of prompts.json has an answer that does not end with `</s>`",
        ),
        (
            measure(r#""kind": "words", "cases": [{"prompt": "w4"}]"#),
            "the measure `m` of prompts.json has no cases, or an empty one",
        ),
        (
            measure(r#""kind": "words", "words": ["w4", "dog"], "cases": [{"prompt": "w4"}]"#),
            "the measure `m` of prompts.json: the models do not know the word `dog`",
        ),
        (
            measure(r#""kind": "text", "cases": [{"prompt": "a b a"}]"#),
            "the measure `m` of prompts.json: the models do not know the words `a`, `b`",
        ),
    ] {
        let error = Measures::parse(&json, &words).unwrap_err().to_string();
        assert!(error.starts_with(message), "{error}");
    }
    let long = measure(&format!(
        r#""kind": "text", "cases": [{{"prompt": "{}"}}]"#,
        "w4 ".repeat(70)
    ));
    let measures = Measures::parse(&long, &words).unwrap();
    let error = measures
        .run(&common::model(), &words)
        .unwrap_err()
        .to_string();
    assert_eq!(
        error,
        "the measure `m`: the text has 70 words, and the model takes 64 at most"
    );
}
