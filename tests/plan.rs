//! What happens to each tensor, and what stops a merge, from headers alone.
#![cfg(not(target_arch = "wasm32"))]

mod common;

use chat_vector::checkpoint::Checkpoint;
use chat_vector::plan::{self, Models, Plan};
use chat_vector::recipe::{
    EmbeddingRows, LayerWeight, OutputDtype, Preset, Recipe, Rule, Shards, Unmatched,
};
use chat_vector::report::{Action, Role};
use chat_vector::source::Memory;
use common::{T, single, texts, weights};
use safetensors::Dtype;
use std::collections::BTreeMap;

type Model = Checkpoint<Memory>;

fn bf16(name: &str, shape: &[usize]) -> T {
    weights(name, Dtype::BF16, shape, 1)
}

fn model(tensors: &[(&str, &[usize])]) -> Model {
    let tensors: Vec<T> = tensors
        .iter()
        .map(|(name, shape)| bf16(name, shape))
        .collect();
    single(&tensors)
}

fn plan_of(base: &Model, target: Option<&Model>, chats: &[&Model], recipe: &Recipe) -> Plan {
    let chats = chats.to_vec();
    plan::plan(
        &Models {
            base,
            target,
            chats,
        },
        recipe,
    )
}

/// The only problem of a plan, which has no files then.
fn problem(plan: &Plan) -> (Option<Role>, Option<&str>, String) {
    let [problem] = &plan.report.problems[..] else {
        panic!("{:?}", plan.report.problems)
    };
    assert!(plan.files.is_empty() && plan.report.bytes == 0);
    (
        problem.model,
        problem.tensor.as_deref(),
        problem.message.to_string(),
    )
}

/// What happens to each tensor, and why.
fn whys(plan: &Plan) -> Vec<String> {
    plan.rows
        .iter()
        .map(|row| format!("{:?}: {}", row.action, row.why))
        .collect()
}

fn one() -> Recipe {
    Recipe::new(vec![1.0])
}

#[test]
fn a_plan_without_problems() {
    let m = model(&[("a", &[4]), ("b", &[2, 2])]);
    let mut recipe = one();
    recipe.output_dtype = OutputDtype::F32;
    let plan = plan_of(&m, None, &[&m], &recipe);
    assert_eq!(plan.report.problems, []);
    assert_eq!(whys(&plan), ["Merged: all models have it"; 2]);
    assert_eq!(plan.report.label.to_string(), "8 params · F32");
    assert_eq!(plan.report.files[0].name, "model.safetensors");
    assert_eq!(plan.report.bytes, plan.files[0].start.len() as u64 + 32);
    assert_eq!(
        (
            plan.rows[0].dtype.as_str(),
            plan.rows[0].output_dtype.as_str()
        ),
        ("BF16", "F32")
    );
}

#[test]
fn refuses_a_tensor_that_base_lacks() {
    let (full, less) = (model(&[("a", &[4]), ("b", &[4])]), model(&[("a", &[4])]));
    let plan = plan_of(&less, Some(&full), &[&full], &one());
    let (role, tensor, message) = problem(&plan);
    assert_eq!((role, tensor), (Some(Role::Base), Some("b")));
    assert!(
        message.starts_with("Tensor `b` can't be merged: base has no such tensor."),
        "{message}"
    );
    assert_eq!(plan.report.refused, 1);

    let mut recipe = one();
    recipe.unmatched = Unmatched::Copy;
    let plan = plan_of(&less, Some(&full), &[&full], &recipe);
    assert_eq!(plan.report.problems, []);
    assert_eq!(plan.rows[1].action, Action::Copied);
    assert!(plan.report.notices[0].to_string().contains("as you chose"));
}

#[test]
fn refuses_a_tensor_that_some_chat_model_lacks() {
    let (full, less) = (model(&[("a", &[4]), ("b", &[4])]), model(&[("a", &[4])]));
    let mut recipe = Recipe::new(vec![1.0, 0.5]);
    let plan = plan_of(&full, None, &[&full, &less], &recipe);
    let (role, tensor, message) = problem(&plan);
    assert_eq!((role, tensor), (Some(Role::Chat(1)), Some("b")));
    assert!(
        message.contains("chat model 2 has no such tensor"),
        "{message}"
    );
    // A model whose λ is 0 takes no part, so it need not have the tensor.
    recipe.rules = vec![Rule {
        pattern: "b".into(),
        weights: vec![1.0, 0.0],
    }];
    assert_eq!(
        plan_of(&full, None, &[&full, &less], &recipe).report.merged,
        2
    );
}

#[test]
fn copies_a_tensor_that_only_the_target_has() {
    let (full, less) = (model(&[("a", &[4]), ("b", &[4])]), model(&[("a", &[4])]));
    let plan = plan_of(&less, Some(&full), &[&less], &one());
    assert_eq!(plan.report.problems, []);
    assert_eq!(
        plan.rows[1].why.to_string(),
        "only the target has it: copied"
    );
    assert_eq!(
        texts(&plan.report.notices),
        ["`b`: only the target has it, copied from the target."]
    );
}

#[test]
fn tells_what_the_output_leaves_out() {
    let (full, less) = (model(&[("a", &[4]), ("b", &[4])]), model(&[("a", &[4])]));
    let plan = plan_of(&full, Some(&less), &[&less], &one());
    assert_eq!(
        texts(&plan.report.notices),
        ["`b`: base has it, the target has not; left out."]
    );
}

#[test]
fn refuses_shapes_that_differ() {
    let (m, other) = (model(&[("a", &[4, 6])]), model(&[("a", &[4, 5])]));
    let plan = plan_of(&m, None, &[&other], &one());
    let (role, tensor, message) = problem(&plan);
    assert_eq!((role, tensor), (Some(Role::Chat(0)), Some("a")));
    assert!(
        message.contains("its shape is 4×6 in base but 4×5 in chat model 1"),
        "{message}"
    );
}

/// More rows in anything but a table of tokens is another architecture.
#[test]
fn more_rows_are_a_vocabulary_only_in_embeddings_and_heads() {
    for (name, refused) in [
        ("model.embed_tokens.weight", false),
        ("lm_head.weight", false),
        ("model.layers.0.mlp.up_proj.weight", true),
    ] {
        let (m, other) = (model(&[(name, &[8, 4])]), model(&[(name, &[6, 4])]));
        for rows in [EmbeddingRows::CopyTarget, EmbeddingRows::MergeShared] {
            let mut recipe = one();
            recipe.embedding_rows = rows;
            let plan = plan_of(&other, Some(&m), &[&other], &recipe);
            assert_eq!(plan.report.problems.len(), usize::from(refused), "{name}");
        }
    }
}

#[test]
fn extended_rows_are_told() {
    let name = "model.embed_tokens.weight";
    let (m, other) = (model(&[(name, &[8, 4])]), model(&[(name, &[6, 4])]));
    let mut recipe = one();
    let plan = plan_of(&other, Some(&m), &[&other], &recipe);
    assert_eq!(
        whys(&plan),
        ["Copied: its shape is 8×4 in target but 6×4 in base: copied"]
    );
    recipe.embedding_rows = EmbeddingRows::MergeShared;
    let plan = plan_of(&other, Some(&m), &[&other], &recipe);
    assert_eq!(
        whys(&plan),
        ["Merged: the first 6 rows merged, the other 2 copied"]
    );
}

/// A wrong model refuses every tensor; a person reads a few sentences.
#[test]
fn tells_a_few_of_very_many_problems() {
    let names: Vec<String> = (0..1000).map(|i| format!("w{i:04}")).collect();
    let of = |shape: &'static [usize]| {
        let tensors: Vec<(&str, &[usize])> = names.iter().map(|n| (n.as_str(), shape)).collect();
        model(&tensors)
    };
    let plan = plan_of(&of(&[2]), None, &[&of(&[3])], &one());
    assert_eq!((plan.report.refused, plan.rows.len()), (1000, 1000));
    assert_eq!(plan.report.problems.len(), 21);
    assert!(
        plan.report.problems[20]
            .message
            .to_string()
            .starts_with("980 more tensors")
    );
    assert_eq!(plan.report.label.to_string(), "2K params · BF16");
}

#[test]
fn refuses_a_model_without_tensors() {
    let (empty, chat) = (model(&[]), model(&[("a", &[4])]));
    let plan = plan_of(&empty, None, &[&chat], &one());
    assert!(problem(&plan).2.contains("base has no tensors"));
}

#[test]
fn refuses_models_of_different_families() {
    let (m, other) = (model(&[("a", &[4])]), model(&[("x", &[4])]));
    let plan = plan_of(&other, Some(&m), &[&other], &one());
    let (_, _, message) = problem(&plan);
    assert!(message.contains("nothing would be merged"), "{message}");
}

#[test]
fn refuses_a_counterpart_that_does_not_merge() {
    let m = model(&[("a", &[4])]);
    let int = single(&[common::raw("a", Dtype::F8_E4M3, &[4], &[0; 4])]);
    let plan = plan_of(&m, None, &[&int], &one());
    let (_, _, message) = problem(&plan);
    assert!(
        message.contains("it is F8_E4M3 in chat model 1"),
        "{message}"
    );
}

#[test]
fn a_head_that_nothing_shows_to_be_tied_is_a_problem() {
    let shape: &[usize] = &[8, 4];
    let (head, input) = ("lm_head.weight", "model.embed_tokens.weight");
    let full = model(&[(input, shape), (head, shape)]);
    let less = model(&[(input, shape)]);
    let plan = plan_of(&less, Some(&full), &[&full], &one());
    assert_eq!(problem(&plan).1, Some(head));
    // Another model without a head shows it.
    let plan = plan_of(&less, Some(&full), &[&less], &one());
    assert_eq!(plan.report.problems, []);
    assert_eq!(plan.report.merged, 2);
}

#[test]
fn the_first_rule_that_matches_decides() {
    let m = model(&[("model.norm.weight", &[4]), ("x.norm", &[4]), ("y", &[4])]);
    let mut recipe = Recipe::new(vec![1.0]);
    let rule = |pattern: &str, weight| Rule {
        pattern: pattern.into(),
        weights: vec![weight],
    };
    recipe.rules = vec![
        rule("x.*", 0.5),
        rule("*norm*", 0.0),
        rule("*", 2.0),
        rule("y", 3.0),
    ];
    let plan = plan_of(&m, None, &[&m], &recipe);
    let counts = plan.report.rule_counts.iter();
    let counts: Vec<_> = counts.map(|c| (c.matches, c.decides)).collect();
    assert_eq!(counts, [(1, 1), (2, 1), (3, 1), (1, 0)]);
    let by_name = |name| plan.rows.iter().find(|row| row.name == name).unwrap();
    assert_eq!(by_name("x.norm").weights, [0.5]);
    assert_eq!(by_name("model.norm.weight").action, Action::Copied);
    assert_eq!(
        by_name("model.norm.weight").why.to_string(),
        "every λ is 0 (rule `*norm*`): copied"
    );
    assert_eq!(by_name("y").weights, [2.0]);
}

#[test]
fn presets_copy_what_they_name() {
    let names = [
        "lm_head.weight",
        "model.embed_tokens.weight",
        "model.norm.weight",
        "w",
    ];
    let m = model(&names.map(|name| (name, &[2, 2][..])));
    for (preset, copied) in Preset::ALL.into_iter().zip([0, 2, 3]) {
        let mut recipe = one();
        recipe.rules = preset.rules(1);
        assert_eq!(
            plan_of(&m, None, &[&m], &recipe).report.copied,
            copied,
            "{preset:?}"
        );
    }
}

#[test]
fn refuses_recipes_that_make_no_sense() {
    let m = model(&[("a", &[4])]);
    let with_rule = |pattern: &str, weights: &[f64]| {
        let mut recipe = one();
        recipe.rules = vec![Rule {
            pattern: pattern.into(),
            weights: weights.to_vec(),
        }];
        recipe
    };
    for (recipe, words) in [
        (
            Recipe::new(vec![f64::NAN]),
            "weight of chat model 1 is not a finite",
        ),
        (Recipe::new(vec![1e39]), "not a finite 32-bit number"),
        (Recipe::new(vec![1.0, 2.0]), "1 chat models but 2 weights"),
        (with_rule("", &[0.0]), "no name pattern"),
        (with_rule("{a", &[0.0]), "`{a` can't be read"),
        (with_rule("a", &[f64::INFINITY]), "in the rule `a`"),
    ] {
        let plan = plan_of(&m, None, &[&m], &recipe);
        let (_, _, message) = problem(&plan);
        assert!(message.contains(words), "{message}");
    }
    let plan = plan_of(&m, None, &[], &Recipe::new(vec![]));
    assert_eq!(problem(&plan).2, "Give at least one chat model.");
}

/// The rest is left alone by a rule: that is no sign of another family.
#[test]
fn a_tensor_of_the_target_s_own_is_no_reason_to_refuse() {
    let less = model(&[("a", &[4])]);
    let more = model(&[("a", &[4]), ("value_head", &[4])]);
    let mut recipe = one();
    recipe.rules = vec![Rule {
        pattern: "a".into(),
        weights: vec![0.0],
    }];
    let plan = plan_of(&less, Some(&more), &[&less], &recipe);
    assert_eq!(plan.report.problems, []);
    assert!(
        plan.report.notices[0]
            .to_string()
            .contains("No tensor is merged")
    );
}

/// λ is an f32: what rounds to 0 there adds nothing.
#[test]
fn a_weight_that_is_0_as_f32_takes_no_part() {
    let m = model(&[("a", &[4])]);
    let plan = plan_of(&m, None, &[&m], &Recipe::new(vec![1e-46]));
    assert_eq!(plan.rows[0].action, Action::Copied);
}

#[test]
fn tells_of_scales_of_quantised_tensors() {
    let tensors = [
        common::raw("w.weight", Dtype::F8_E4M3, &[4], &[0; 4]),
        weights("w.weight_scale_inv", Dtype::F32, &[1], 1),
    ];
    let m = single(&tensors);
    let notices = texts(&plan_of(&m, None, &[&m], &one()).report.notices).join(" ");
    assert!(
        notices.contains("`w.weight_scale_inv`: merged, but it looks like"),
        "{notices}"
    );
}

#[test]
fn tells_what_copying_does_with_another_output_dtype() {
    let m = model(&[("a", &[4])]);
    let mut recipe = Recipe::new(vec![0.0]);
    recipe.output_dtype = OutputDtype::F32;
    let plan = plan_of(&m, None, &[&m], &recipe);
    assert_eq!(
        whys(&plan),
        ["Copied: every λ is 0: copied, converted to F32"]
    );
}

#[test]
fn tells_of_a_tensor_larger_than_a_shard() {
    let m = model(&[("a", &[4])]);
    let mut recipe = one();
    recipe.shards = Shards::AtMost { bytes: 10 };
    let plan = plan_of(&m, None, &[&m], &recipe);
    assert!(
        plan.report.notices[0]
            .to_string()
            .starts_with("`a` alone makes a file of")
    );
}

#[test]
fn weights_of_0_are_told() {
    let m = model(&[("a", &[4])]);
    let plan = plan_of(&m, None, &[&m], &Recipe::new(vec![0.0]));
    assert_eq!(plan.report.problems, []);
    assert_eq!(
        texts(&plan.report.notices),
        ["No tensor is merged: the output copies the target."]
    );
}

#[test]
fn shards_are_read_as_they_are_written() {
    let at_most = Shards::AtMost { bytes: 1 << 40 };
    for (shards, json) in [
        (Shards::AsTarget, r#"{"kind":"as-target"}"#),
        (Shards::One, r#"{"kind":"one"}"#),
        (at_most, r#"{"kind":"at-most","bytes":1099511627776}"#),
    ] {
        assert_eq!(serde_json::to_string(&shards).unwrap(), json);
        assert_eq!(serde_json::from_str::<Shards>(json).unwrap(), shards);
    }
    for json in [
        r#"{"kind":"at-most"}"#,
        r#"{"kind":"one","bytes":1}"#,
        r#"{"kind":"as-target","size":1}"#,
        r#"{"kind":"two"}"#,
        "{}",
    ] {
        assert!(serde_json::from_str::<Shards>(json).is_err(), "{json}");
    }
}

#[test]
fn weights_go_by_layer_where_there_is_a_curve() {
    let names = [
        "embed",
        "layers.0.w",
        "layers.1.w",
        "layers.1.norm",
        "layers.2.w",
        "layers.3.w",
    ];
    let m = model(&names.map(|name| (name, &[4usize][..])));
    let point = |layer, weight| LayerWeight { layer, weight };
    let mut recipe = Recipe::new(vec![0.5, 2.0]);
    recipe.layers = vec![vec![point(0, 0.0), point(2, 1.0)]];
    recipe.rules = vec![Rule {
        pattern: "*norm*".to_owned(),
        weights: vec![-1.0, -1.0],
    }];
    let plan = plan_of(&m, None, &[&m, &m], &recipe);
    assert_eq!(plan.report.problems, []);
    assert_eq!(plan.report.layers, 4);
    let weights: BTreeMap<&str, &[f64]> = plan
        .rows
        .iter()
        .map(|row| (row.name.as_str(), &row.weights[..]))
        .collect();
    let right: [(&str, &[f64]); 6] = [
        ("embed", &[0.5, 2.0]),
        ("layers.0.w", &[0.0, 2.0]),
        ("layers.1.norm", &[-1.0, -1.0]),
        ("layers.1.w", &[0.5, 2.0]),
        ("layers.2.w", &[1.0, 2.0]),
        ("layers.3.w", &[1.0, 2.0]),
    ];
    assert_eq!(weights, BTreeMap::from(right));
}

#[test]
fn refuses_curves_that_are_none() {
    let m = model(&[("layers.0.w", &[4])]);
    let point = |layer, weight| LayerWeight { layer, weight };
    for (layers, told) in [
        (
            vec![vec![], vec![]],
            "curves of \u{3bb} for more chat models",
        ),
        (
            vec![vec![point(3, 1e39)]],
            "chat model 1 at layer 3 is not a finite",
        ),
        (
            vec![vec![point(3, 1.0), point(3, 0.0)]],
            "are not in order at layer 3",
        ),
        (
            vec![vec![point(3, 1.0), point(2, 0.0)]],
            "are not in order at layer 2",
        ),
    ] {
        let mut recipe = one();
        recipe.layers = layers;
        let plan = plan_of(&m, None, &[&m], &recipe);
        let (_, _, message) = problem(&plan);
        assert!(message.contains(told), "{message}");
    }
}
