//! Whole inspections against plain f64: beside a merge, alone, and what they warn of.
#![cfg(not(target_arch = "wasm32"))]

mod common;

use chat_vector::checkpoint::Checkpoint;
use chat_vector::engine::{self, EngineError};
use chat_vector::inspect::{self, ChatReport, InspectError, Inspection, Report, TensorReport};
use chat_vector::journal::Mark;
use chat_vector::kernel::count::Counts;
use chat_vector::plan::{self, Models, Plan};
use chat_vector::recipe::{OutputDtype, Recipe, Rule};
use chat_vector::report::Role;
use chat_vector::sink;
use chat_vector::source::{Memory, ReadError};
use common::{T, decode, formula, of_values, raw, single, texts, weights};
use safetensors::Dtype;

const UP: &str = "model.layers.0.mlp.up_proj.weight";
const NORM: &str = "model.norm.weight";
const EMBEDDINGS: &str = "model.embed_tokens.weight";

/// A tensor that differs from another by so much.
fn beside(tensor: &T, seed: u64, by: f64) -> T {
    let other = weights(&tensor.name, Dtype::F64, &tensor.shape, seed);
    let values = decode(tensor.dtype, &tensor.bytes);
    let values = values.into_iter().zip(decode(Dtype::F64, &other.bytes));
    let values = values.map(|(x, y)| x + by * y);
    of_values(&tensor.name, tensor.dtype, &tensor.shape, values)
}

fn all_beside(tensors: &[T], seed: u64, by: f64) -> Vec<T> {
    let beside = |tensor: &T| match tensor.dtype {
        Dtype::I64 => tensor.clone(),
        _ => beside(tensor, seed, by),
    };
    tensors.iter().map(beside).collect()
}

/// Several chunks long, in all dtypes.
fn base() -> Vec<T> {
    vec![
        weights(EMBEDDINGS, Dtype::BF16, &[50, 8], 1),
        weights(UP, Dtype::BF16, &[210, 201], 2),
        weights(
            "model.layers.0.mlp.down_proj.weight",
            Dtype::F16,
            &[33, 17],
            3,
        ),
        weights("model.layers.1.mlp.up_proj.weight", Dtype::F64, &[9, 9], 4),
        raw("model.position_ids", Dtype::I64, &[3], &[7; 24]),
        weights(NORM, Dtype::F32, &[777], 5),
    ]
}

/// Beside a merge into memory.
fn merged(models: &Models<Memory>, recipe: &Recipe) -> (Plan, Report) {
    let plan = plan::plan(models, recipe);
    assert_eq!(plan.report.problems, []);
    let mut sink = sink::Memory::default();
    let report = run(models, &plan, Inspection::of_sample(models), &mut sink);
    let plainly = common::merge(models, recipe);
    assert!(
        plainly.files == sink.files,
        "an inspected merge is another one"
    );
    (plan, report)
}

/// Alone.
fn inspected(models: &Models<Memory>, recipe: &Recipe) -> Report {
    let planned = plan::plan(models, recipe);
    assert_eq!(planned.report.problems, []);
    let plan = inspect::plan(models, recipe, &planned);
    run(models, &plan, Inspection::new(models), &mut sink::Nowhere)
}

fn run(
    models: &Models<Memory>,
    plan: &Plan,
    mut inspection: Inspection,
    sink: &mut impl sink::Sink,
) -> Report {
    let never = std::future::pending();
    let run = engine::run_inspected(
        models,
        plan,
        Mark::default(),
        Some(&mut inspection),
        sink,
        |step| assert!(step.done <= plan.report.bytes),
        never,
    );
    pollster::block_on(run).unwrap();
    inspection.report()
}

/// One tensor as the measures are defined, in f64. `weights` are those of all chat models; what is
/// rounded is what the formula gives.
fn plain(base: &T, target: Option<&T>, chats: &[&T], weights: &[f64], to: Dtype) -> TensorReport {
    let values = |tensor: &T| decode(tensor.dtype, &tensor.bytes);
    let b = values(base);
    let d: Option<Vec<f64>> =
        target.map(|target| values(target).iter().zip(&b).map(|(t, b)| t - b).collect());
    let vectors: Vec<Vec<f64>> = chats
        .iter()
        .map(|chat| values(chat).iter().zip(&b).map(|(c, b)| c - b).collect())
        .collect();
    let dot = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(x, y)| x * y).sum::<f64>();
    let norm = |x: &[f64]| dot(x, x).sqrt();
    let cosine = |x: &[f64], y: &[f64]| {
        let norms = norm(x) * norm(y);
        (norms > 0.0).then(|| dot(x, y) / norms)
    };
    let taking_part: Vec<(&T, f32)> = chats
        .iter()
        .zip(weights)
        .map(|(chat, &weight)| (*chat, weight as f32))
        .collect();
    let from = target.unwrap_or(base);
    let loss = || {
        if base.dtype == Dtype::F64 {
            return Some(0.0);
        }
        let out = decode(to, &formula(from, base, &taking_part, to));
        let exact = decode(Dtype::F32, &formula(from, base, &taking_part, Dtype::F32));
        let lost: Vec<f64> = out.iter().zip(&exact).map(|(a, b)| a - b).collect();
        let added: Vec<f64> = exact.iter().zip(values(from)).map(|(a, b)| a - b).collect();
        (norm(&added) > 0.0).then(|| norm(&lost) / norm(&added))
    };
    TensorReport {
        tensor: base.name.clone(),
        elements: b.len() as u64,
        base: norm(&b),
        target: d.as_ref().map(|d| norm(d)),
        loss: loss(),
        chats: vectors
            .iter()
            .map(|vector| {
                Some(ChatReport {
                    norm: norm(vector),
                    ratio: (norm(&b) > 0.0).then(|| norm(vector) / norm(&b)),
                    largest: vector.iter().fold(0.0, |most, x| x.abs().max(most)),
                    cosine: d.as_ref().and_then(|d| cosine(vector, d)),
                    nonfinite: Counts::default(),
                })
            })
            .collect(),
        cosines: (1..vectors.len())
            .flat_map(|j| (0..j).map(move |i| (i, j)))
            .map(|(i, j)| cosine(&vectors[i], &vectors[j]))
            .collect(),
        ..TensorReport::default()
    }
}

fn assert_close(report: &TensorReport, right: &TensorReport) {
    let name = &right.tensor;
    let close = |what: &str, is: Option<f64>, right: Option<f64>| {
        let near = match (is, right) {
            (Some(is), Some(right)) => (is - right).abs() <= 2e-5 * right.abs().max(1e-2),
            (is, right) => is == right,
        };
        assert!(near, "{name}: {what} is {is:?}, right is {right:?}");
    };
    assert_eq!(&report.tensor, name);
    assert_eq!(report.elements, right.elements, "{name}");
    close("‖base‖", Some(report.base), Some(right.base));
    close("‖target − base‖", report.target, right.target);
    close("loss", report.loss, right.loss);
    assert_eq!(report.chats.len(), right.chats.len());
    for (is, right) in report.chats.iter().zip(&right.chats) {
        let get = |get: fn(&ChatReport) -> f64| (is.as_ref().map(get), right.as_ref().map(get));
        for (what, (is, right)) in [
            ("‖τ‖", get(|chat| chat.norm)),
            ("the largest", get(|chat| chat.largest)),
        ] {
            close(what, is, right);
        }
        close(
            "ratio",
            is.and_then(|c| c.ratio),
            right.and_then(|c| c.ratio),
        );
        close(
            "cosine",
            is.and_then(|c| c.cosine),
            right.and_then(|c| c.cosine),
        );
    }
    assert_eq!(report.cosines.len(), right.cosines.len());
    for (is, right) in report.cosines.iter().zip(&right.cosines) {
        close("cosine of two vectors", *is, *right);
    }
}

fn find<'a>(tensors: &'a [T], name: &str) -> &'a T {
    tensors.iter().find(|tensor| tensor.name == name).unwrap()
}

#[test]
fn each_measure_equals_plain_f64() {
    let b = base();
    let (t, c1, c2) = (
        all_beside(&b, 11, 0.5),
        all_beside(&b, 12, 0.1),
        all_beside(&b, 13, 0.02),
    );
    let [base, target, chat1, chat2] = [&b, &t, &c1, &c2].map(|tensors| single(tensors));
    for (has_target, chats) in [(true, 2), (true, 1), (false, 2), (false, 1)] {
        let models = Models {
            base: &base,
            target: has_target.then_some(&target),
            chats: [&chat1, &chat2][..chats].to_vec(),
        };
        for (output, to) in [
            (OutputDtype::SameAsTarget, None),
            (OutputDtype::BF16, Some(Dtype::BF16)),
            (OutputDtype::F32, Some(Dtype::F32)),
        ] {
            let weights = &[0.7, -0.3][..chats];
            let mut recipe = Recipe::new(weights.to_vec());
            recipe.output_dtype = output;
            let (_, report) = merged(&models, &recipe);
            assert_eq!(report.tensors.len(), 5, "all but the integers");
            for tensor in &report.tensors {
                let of = |tensors| find(tensors, &tensor.tensor);
                let base = of(&b);
                if base.dtype == Dtype::F64 && to.is_some() {
                    continue; // `formula` knows F32 only
                }
                let right = plain(
                    base,
                    has_target.then(|| of(&t)),
                    &[of(&c1), of(&c2)][..chats],
                    weights,
                    to.unwrap_or(base.dtype),
                );
                assert_close(tensor, &right);
            }
            // Alone it is the same.
            assert_eq!(inspected(&models, &recipe), report);
            assert_eq!(report.warnings, []);
        }
    }
}

#[test]
fn the_whole_model_is_all_tensors_together() {
    let only = |tensors: Vec<T>| -> Vec<T> {
        let is_bf16 = |tensor: &T| tensor.dtype == Dtype::BF16;
        tensors.into_iter().filter(is_bf16).collect()
    };
    let b = only(base());
    let (t, c) = (all_beside(&b, 11, 0.5), all_beside(&b, 12, 0.1));
    let [base, target, chat] = [&b, &t, &c].map(|tensors| single(tensors));
    let models = Models {
        base: &base,
        target: Some(&target),
        chats: vec![&chat],
    };
    let together = |tensors: &[T]| {
        let bytes: Vec<u8> = tensors
            .iter()
            .flat_map(|tensor| tensor.bytes.clone())
            .collect();
        raw("", Dtype::BF16, &[bytes.len() / 2], &bytes)
    };
    let (_, report) = merged(&models, &Recipe::new(vec![0.7]));
    let right = plain(
        &together(&b),
        Some(&together(&t)),
        &[&together(&c)],
        &[0.7],
        Dtype::BF16,
    );
    assert_close(&report.whole, &right);
}

/// Tensors that the merge leaves out are not read for it, and looked at alone all the same; what
/// rounding loses is told of what is merged.
#[test]
fn what_the_recipe_leaves_out_is_inspected_alone() {
    let b = base();
    let (mut c1, c2) = (all_beside(&b, 12, 0.1), all_beside(&b, 13, 0.02));
    // An extended vocabulary, and a tensor that the chat model has not.
    c1[0] = weights(EMBEDDINGS, Dtype::BF16, &[40, 8], 77);
    c1.retain(|tensor| tensor.dtype != Dtype::F64);
    let [base, chat1, chat2] = [&b, &c1, &c2].map(|tensors| single(tensors));
    let models = Models {
        base: &base,
        target: None,
        chats: vec![&chat1, &chat2],
    };
    let mut recipe = Recipe::new(vec![0.5, 0.0]);
    recipe.unmatched = chat_vector::recipe::Unmatched::Copy;
    recipe.rules.push(Rule {
        pattern: "*norm*".to_owned(),
        weights: vec![0.0, 0.0],
    });
    let names = |report: &Report| -> Vec<String> {
        report.tensors.iter().map(|t| t.tensor.clone()).collect()
    };
    let down = "model.layers.0.mlp.down_proj.weight";
    let (_, beside_merge) = merged(&models, &recipe);
    assert_eq!(names(&beside_merge), [UP, down]);
    assert!(
        beside_merge.tensors[0].chats[1].is_none(),
        "λ is 0: it is not read"
    );
    assert_eq!(beside_merge.tensors[0].cosines, [None]);
    assert_eq!(beside_merge.whole.chats[1], None);

    let alone = inspected(&models, &recipe);
    assert_eq!(names(&alone), [NORM, EMBEDDINGS, UP, down]);
    for report in &alone.tensors {
        let of = |tensors: &[T]| -> T {
            let mut tensor = find(tensors, &report.tensor).clone();
            if tensor.name == EMBEDDINGS {
                tensor.bytes.truncate(40 * 8 * 2);
            }
            tensor
        };
        let base = of(&b);
        let mut right = plain(&base, None, &[&of(&c1), &of(&c2)], &[0.5, 0.0], base.dtype);
        if ![UP, down].contains(&report.tensor.as_str()) {
            right.loss = None;
        }
        assert_close(report, &right);
    }
}

/// Rows and columns of other sizes than their neighbours', as embeddings and outlier features have.
fn uneven(name: &str, rows: usize, columns: usize, seed: u64) -> T {
    let even = weights(name, Dtype::BF16, &[rows, columns], seed);
    let values = decode(Dtype::BF16, &even.bytes);
    let scaled = values.into_iter().enumerate().map(|(i, x)| {
        let (row, column) = (i / columns, i % columns);
        x * (1.0 + (row % 64) as f64 / 64.0) * if column < 20 { 10.0 } else { 1.0 }
    });
    of_values(name, Dtype::BF16, &[rows, columns], scaled)
}

/// Beside a merge a part of large tensors stands for all of it, whatever the length of their rows.
#[test]
fn large_tensors_are_sampled_beside_a_merge() {
    let an_eighth = 0.11..0.14;
    let a_thirty_second = 0.028..0.035;
    for (rows, columns, share) in [
        (700, 1024, &an_eighth),
        (175, 4096, &an_eighth),
        (1021, 701, &an_eighth),
        (2100, 2048, &a_thirty_second),
    ] {
        let b = vec![uneven(UP, rows, columns, 1), base().remove(5)];
        let t = all_beside(&b, 2, 0.5);
        let (c1, c2) = (all_beside(&b, 3, 0.1), all_beside(&b, 4, 0.02));
        let [base, target, chat1, chat2] = [&b, &t, &c1, &c2].map(|tensors| single(tensors));
        let models = Models {
            base: &base,
            target: Some(&target),
            chats: vec![&chat1, &chat2],
        };
        let recipe = Recipe::new(vec![0.7, -0.3]);
        let (_, sample) = merged(&models, &recipe);
        let all = inspected(&models, &recipe);
        assert_eq!(all.taken, 1.0);
        assert!(share.contains(&sample.taken), "{}", sample.taken);
        assert_eq!(sample.warnings, all.warnings);
        let find = |report: &Report, name: &str| -> TensorReport {
            let mut tensors = report.tensors.iter();
            tensors
                .find(|tensor| tensor.tensor == name)
                .unwrap()
                .clone()
        };
        assert_eq!(find(&sample, NORM), find(&all, NORM), "small ones are not");
        for (is, right) in [
            (&find(&sample, UP), &find(&all, UP)),
            (&sample.whole, &all.whole),
        ] {
            assert_ne!(is, right);
            assert_eq!(is.elements, right.elements);
            let near = |what: &str, is: f64, right: f64, by: f64| {
                assert!(
                    (is - right).abs() <= by,
                    "{rows} × {columns}: {what} {is} {right}"
                );
            };
            let as_large = |what: &str, is: f64, right: f64| near(what, is, right, 0.03 * right);
            as_large("‖base‖", is.base, right.base);
            as_large("‖target − base‖", is.target.unwrap(), right.target.unwrap());
            as_large("loss", is.loss.unwrap(), right.loss.unwrap());
            near(
                "cosine",
                is.cosines[0].unwrap(),
                right.cosines[0].unwrap(),
                0.02,
            );
            for (is, right) in is.chats.iter().zip(&right.chats) {
                let (is, right) = (is.unwrap(), right.unwrap());
                as_large("‖τ‖", is.norm, right.norm);
                as_large("ratio", is.ratio.unwrap(), right.ratio.unwrap());
                near("cosine", is.cosine.unwrap(), right.cosine.unwrap(), 0.02);
                assert!(is.largest <= right.largest);
            }
        }
    }
}

/// What a sample can't tell is looked up: whether a number is not finite, whether models differ.
#[test]
fn a_sample_overlooks_no_single_element() {
    // The second block of 1024, which is not taken, and the first, which is.
    for at in [1500, 7] {
        let b = vec![weights(UP, Dtype::BF16, &[300, 300], 1)];
        let with = |at: usize, x: f64| {
            let mut values = decode(Dtype::BF16, &b[0].bytes);
            values[at] = x;
            vec![of_values(UP, Dtype::BF16, &[300, 300], values)]
        };
        let wider = |tensors: &[T]| {
            let values = decode(Dtype::BF16, &tensors[0].bytes);
            vec![of_values(UP, Dtype::F32, &[300, 300], values)]
        };
        let report = |target: Option<&[T]>, chat: &[T]| {
            let (base, target, chat) = (single(&b), target.map(single), single(chat));
            let models = Models {
                base: &base,
                target: target.as_ref(),
                chats: vec![&chat],
            };
            merged(&models, &Recipe::new(vec![1.0])).1
        };
        let nan = report(None, &with(at, f64::NAN));
        let chat = nan.tensors[0].chats[0].unwrap();
        assert_eq!(
            chat.nonfinite,
            Counts {
                nan: 1,
                infinite: 0
            }
        );
        assert!(
            nan.warnings
                .iter()
                .any(|told| told.to_string().contains("1 NaN"))
        );

        assert!(
            report(None, &b).warnings[0]
                .to_string()
                .contains("equals the base")
        );
        assert_eq!(report(None, &with(at, 0.5)).warnings, []);
        assert!(
            report(None, &wider(&b)).warnings[0]
                .to_string()
                .contains("equals the base")
        );
        assert_eq!(report(None, &wider(&with(at, 0.5))).warnings, []);
        let close = all_beside(&b, 2, 0.1);
        let same = report(Some(&b), &close);
        assert!(
            same.warnings[0]
                .to_string()
                .contains("The target equals the base")
        );
        assert_eq!(report(Some(&with(at, 0.5)), &close).warnings, []);
    }
}

/// Two of three chat models take part: what is told of two vectors is told of the right two.
#[test]
fn vectors_keep_their_places() {
    let b = vec![weights(UP, Dtype::F32, &[100, 7], 1)];
    let chats: Vec<Vec<T>> = (2..5).map(|seed| all_beside(&b, seed, 0.1)).collect();
    let base = single(&b);
    let opened: Vec<Checkpoint<Memory>> = chats.iter().map(|tensors| single(tensors)).collect();
    let models = Models {
        base: &base,
        target: None,
        chats: opened.iter().collect(),
    };
    let (_, report) = merged(&models, &Recipe::new(vec![1.0, 0.0, 0.5]));
    let tensors: Vec<&T> = chats.iter().map(|tensors| &tensors[0]).collect();
    let mut right = plain(&b[0], None, &tensors, &[1.0, 0.0, 0.5], Dtype::F32);
    right.chats[1] = None;
    right.cosines[0] = None;
    right.cosines[2] = None;
    assert_close(&report.tensors[0], &right);
    assert!(report.tensors[0].cosines[1].is_some());
}

#[test]
fn what_is_not_finite_is_counted_by_model() {
    let b = vec![of_values(
        UP,
        Dtype::F16,
        &[4],
        [1.0, f64::INFINITY, 3.0, 4.0],
    )];
    let t = vec![of_values(UP, Dtype::F16, &[4], [1.0, 2.0, 3.5, 4.0])];
    let c = vec![of_values(UP, Dtype::F16, &[4], [f64::NAN, 2.0, 3.0, 4.25])];
    let [base, target, chat] = [&b, &t, &c].map(|tensors| single(tensors));
    let models = Models {
        base: &base,
        target: Some(&target),
        chats: vec![&chat],
    };
    let (_, report) = merged(&models, &Recipe::new(vec![1.0]));
    let tensor = &report.tensors[0];
    let counts = |nan, infinite| Counts { nan, infinite };
    assert_eq!(tensor.elements, 2);
    assert_eq!(tensor.base_nonfinite, counts(0, 1));
    assert_eq!(tensor.target_nonfinite, counts(0, 0));
    let chat = tensor.chats[0].unwrap();
    assert_eq!(chat.nonfinite, counts(1, 0));
    assert_eq!((tensor.base, chat.norm, chat.largest), (5.0, 0.25, 0.25));
    assert_eq!(report.warnings.len(), 2);
    assert!(report.warnings[0].to_string().starts_with(
        "Base has elements that are not finite numbers: 0 NaN and 1 infinite, the first of them in \
         `model.layers.0.mlp.up_proj.weight`."
    ));
    assert!(
        report.warnings[1]
            .to_string()
            .starts_with("Chat model 1 has elements that are not finite")
    );
}

/// The warnings about models that look wrong, and none about those that look right.
#[test]
fn what_looks_wrong_is_said() {
    let b = vec![weights(UP, Dtype::BF16, &[100, 100], 1)];
    let other = vec![weights(UP, Dtype::BF16, &[100, 100], 9)];
    let close = all_beside(&b, 2, 0.1);
    let tuned = all_beside(&b, 3, 0.3);
    let tiny: Vec<T> = all_beside(&[weights(UP, Dtype::F32, &[100, 100], 1)], 4, 1e-4);
    let warned = |base: &[T], target: Option<&[T]>, chats: &[&[T]], output| -> Vec<String> {
        let base = single(base);
        let target = target.map(single);
        let chats: Vec<Checkpoint<Memory>> = chats.iter().map(|tensors| single(tensors)).collect();
        let models = Models {
            base: &base,
            target: target.as_ref(),
            chats: chats.iter().collect(),
        };
        let mut recipe = Recipe::new(vec![1.0; chats.len()]);
        recipe.output_dtype = output;
        texts(&inspected(&models, &recipe).warnings)
    };
    let same = OutputDtype::SameAsTarget;
    assert_eq!(warned(&b, None, &[&close], same), [""; 0]);
    assert_eq!(warned(&b, Some(&tuned), &[&close], same), [""; 0]);
    let assert_one = |warnings: Vec<String>, words: &str| {
        assert_eq!(warnings.len(), 1, "{warnings:?}");
        assert!(warnings[0].contains(words), "{}", warnings[0]);
    };
    assert_one(
        warned(&other, None, &[&close], same),
        "is as big as the base: 1.4",
    );
    assert_one(
        warned(&b, None, &[&b], same),
        "Chat model 1 equals the base in every tensor",
    );
    assert_one(
        warned(&b, Some(&b), &[&close], same),
        "The target equals the base",
    );
    // Base and chat model in each other's place; and a target that was tuned from the chat model.
    let chat = all_beside(&b, 5, 0.3);
    assert_one(
        warned(&chat, Some(&close), &[&b], same),
        "either base and chat model 1 are swapped",
    );
    let again = all_beside(&chat, 6, 0.1);
    assert_one(
        warned(&b, Some(&again), &[&chat], same),
        "has the vector of chat model 1 already",
    );
    assert_one(
        warned(&b, None, &[&close, &close], same),
        "Chat model 1 and chat model 2 have nearly the same vector (cosine 1.000)",
    );
    let f32s = [weights(UP, Dtype::F32, &[100, 100], 1)];
    assert_one(
        warned(&f32s, None, &[&tiny], OutputDtype::BF16),
        "Choose F32 as the output dtype",
    );
    assert_eq!(warned(&f32s, None, &[&tiny], OutputDtype::F32), [""; 0]);
}

/// Vectors that cancel each other add nothing, of which nothing can be lost.
#[test]
fn vectors_that_cancel_lose_nothing() {
    let b = vec![weights(UP, Dtype::BF16, &[100, 100], 1)];
    let c = all_beside(&b, 2, 0.1);
    let (base, chat, twin) = (single(&b), single(&c), single(&c));
    let models = Models {
        base: &base,
        target: None,
        chats: vec![&chat, &twin],
    };
    let (_, report) = merged(&models, &Recipe::new(vec![1.0, -1.0]));
    assert_eq!(report.tensors[0].loss, None);
    assert_eq!(report.tensors[0].cosines, [Some(1.0)]);
}

#[test]
fn it_can_be_stopped_and_says_what_it_can_not_read() {
    let (b, c) = (base(), all_beside(&base(), 12, 0.1));
    let (base, mut chat) = (single(&b), single(&c));
    let ended = |chat: &Checkpoint<Memory>, cancel: bool| -> InspectError {
        let models = Models {
            base: &base,
            target: None,
            chats: vec![chat],
        };
        let recipe = Recipe::new(vec![1.0]);
        let planned = plan::plan(&models, &recipe);
        let plan = inspect::plan(&models, &recipe, &planned);
        let mut inspection = Inspection::new(&models);
        let cancel = async {
            if !cancel {
                std::future::pending::<()>().await;
            }
        };
        let mut nowhere = sink::Nowhere;
        let run = engine::run_inspected(
            &models,
            &plan,
            Mark::default(),
            Some(&mut inspection),
            &mut nowhere,
            |_| {},
            cancel,
        );
        let ended: Result<_, EngineError> = pollster::block_on(run);
        ended.unwrap_err().into()
    };
    assert_eq!(ended(&chat, true), InspectError::Cancelled);
    chat.files[0] = Memory::new("model.safetensors", &b"short"[..]);
    let failed = ended(&chat, false);
    assert_eq!(
        failed,
        InspectError::Input {
            role: Role::Chat(0),
            file: "model.safetensors".to_owned(),
            error: ReadError::Changed,
        }
    );
    let told = failed.to_string();
    assert!(
        told.starts_with("`model.safetensors` of chat model 1:"),
        "{told}"
    );
}
