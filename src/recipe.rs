//! The recipe: what a person asked for, before any file is looked at.

mod curve;

pub use curve::{LayerWeight, layer_of, weight_at};

use crate::report::Role;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// How to merge: `merged = target + Σ λᵢ(chatᵢ − base)` and the choices around it.
///
/// A recipe says nothing about files; [`crate::plan`] applies it to the
/// headers of real checkpoints.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// What is made.
    #[serde(default)]
    pub goal: Goal,
    /// What the models are called.
    #[serde(default)]
    pub models: ModelNames,
    /// λ of each chat model, in the order in which their vectors are added.
    pub weights: Vec<f64>,
    /// λ by layer, for each chat model that has points here, in the order of their layers; its
    /// weight is then that of tensors outside of layers.
    #[serde(default)]
    pub layers: Vec<Vec<LayerWeight>>,
    /// Exceptions by tensor name; the first that matches a tensor wins.
    pub rules: Vec<Rule>,
    /// The dtype that floating-point tensors are saved in.
    pub output_dtype: OutputDtype,
    /// What to do where only the number of embedding rows differs, or which rows belong together.
    pub embedding_rows: EmbeddingRows,
    /// With [`EmbeddingRows::MatchByToken`]: rows that become a chat model's, whatever its λ.
    #[serde(default)]
    pub take_over: Vec<TakeOver>,
    /// What to do with a tensor that has no counterpart in some model.
    pub unmatched: Unmatched,
    /// How the weights are cut into files.
    pub shards: Shards,
    /// What is written beside the weights.
    #[serde(default)]
    pub output: OutputFolder,
    /// Whose chat template, end of turn and generation settings the output has.
    #[serde(default)]
    pub chat_settings: ChatSettings,
}

impl Recipe {
    /// The plain chat vector: every tensor, everything else by default.
    pub fn new(weights: Vec<f64>) -> Self {
        Self {
            goal: Goal::default(),
            models: ModelNames::default(),
            weights,
            layers: Vec::new(),
            rules: Vec::new(),
            output_dtype: OutputDtype::SameAsTarget,
            embedding_rows: EmbeddingRows::CopyTarget,
            take_over: Vec::new(),
            unmatched: Unmatched::Refuse,
            shards: Shards::AsTarget,
            output: OutputFolder::default(),
            chat_settings: ChatSettings::default(),
        }
    }
}

impl Recipe {
    /// λ of each chat model for a tensor that no rule is about.
    pub fn weights_of(&self, tensor: &str) -> Cow<'_, [f64]> {
        let Some(layer) = layer_of(tensor).filter(|_| !self.layers.is_empty()) else {
            return Cow::Borrowed(&self.weights);
        };
        let weight = |(i, &weight): (usize, &f64)| {
            let points = self.layers.get(i).map_or(&[][..], Vec::as_slice);
            weight_at(points, layer).unwrap_or(weight)
        };
        Cow::Owned(self.weights.iter().enumerate().map(weight).collect())
    }
}

/// What people call the models: `mistralai/Mistral-7B-v0.1`. Empty where nobody has said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(deny_unknown_fields)]
pub struct ModelNames {
    /// The base.
    pub base: String,
    /// The target; empty where the base takes its part.
    pub target: String,
    /// The chat models.
    pub chats: Vec<String>,
}

impl ModelNames {
    /// What a model is called, if it has a name.
    pub fn of(&self, role: Role) -> Option<&str> {
        let name = match role {
            Role::Base => &self.base,
            Role::Target => &self.target,
            Role::Chat(i) => self.chats.get(i)?,
        };
        (!name.is_empty()).then_some(name)
    }
}

/// λ per chat model for the tensors whose name matches a glob.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// A glob over the whole name: `*` any text, `?` one character,
    /// `[0-9]` one of a class, `{a,b}` one of several.
    pub pattern: String,
    /// λ of each chat model, in the order of [`Recipe::weights`].
    pub weights: Vec<f64>,
}

/// The dtype of the merged floating-point tensors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub enum OutputDtype {
    /// Each tensor keeps the target's dtype.
    #[serde(rename = "same as target")]
    SameAsTarget,
    /// 32-bit IEEE 754.
    F32,
    /// 16-bit IEEE 754.
    F16,
    /// bfloat16.
    BF16,
}

/// For embeddings and output heads, whose rows are tokens: they may differ in number between target
/// and base or chat (an extended vocabulary), or stand in another order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub enum EmbeddingRows {
    /// Leave the target's tensor as it is (the paper's way).
    #[serde(rename = "copy the target's")]
    CopyTarget,
    /// Merge the rows that all models have, copy the target's other rows.
    #[serde(rename = "merge the rows both have")]
    MergeShared,
    /// Merge each row with the rows of the same token, by `tokenizer.json`: those whose token the
    /// target, the base and every chat model of a λ other than 0 have. The target's other rows are
    /// copied.
    #[serde(rename = "match by token")]
    MatchByToken,
}

/// A row of the target's embeddings and output head that becomes a chat model's: that of a token
/// which the base does not have, or never learned.
///
/// The `--special_tokens_map` of the authors' code, by text instead of by number
/// (<https://github.com/aqweteddy/ChatVector>).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(deny_unknown_fields)]
pub struct TakeOver {
    /// Which chat model, counted from 0.
    pub chat: usize,
    /// The token in the target.
    pub target_token: String,
    /// The token in the chat model.
    pub chat_token: String,
}

/// For tensors that are missing in some models, or whose shapes differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub enum Unmatched {
    /// It is a problem that stops the merge.
    #[serde(rename = "refuse")]
    Refuse,
    /// Copy such a tensor from the target.
    #[serde(rename = "copy what does not match")]
    Copy,
}

/// What is made of the models.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub enum Goal {
    /// The target with the chat vectors added.
    #[default]
    #[serde(rename = "merged model")]
    Model,
    /// `Σ λᵢ(chatᵢ − base)`, as a file that takes the place of the chat models and their base.
    #[serde(rename = "chat vector")]
    Vector,
}

/// What is written beside the weights.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub enum OutputFolder {
    /// Config, tokenizer and all else that a model needs to be loaded, as far as the target was
    /// given with them; a model card; and the recipe.
    #[default]
    #[serde(rename = "whole folder")]
    Whole,
    /// Nothing.
    #[serde(rename = "weights only")]
    Weights,
}

/// Whose chat template, end of turn and generation settings the output has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub enum ChatSettings {
    /// The last chat model's, as the paper's authors have it.
    #[default]
    #[serde(rename = "the last chat model's")]
    LastChat,
    /// The target's.
    #[serde(rename = "the target's")]
    Target,
}

/// How the output is cut into files.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(tag = "kind", rename_all = "kebab-case", try_from = "ShardsFields")]
pub enum Shards {
    /// The same tensors together as in the target's files.
    AsTarget,
    /// One file.
    One,
    /// As many tensors a file as fit, in the target's order.
    AtMost {
        /// The largest size of a file, header included; a tensor that is
        /// larger makes a larger file.
        bytes: u64,
    },
}

/// [`Shards`] as they are read: what serde makes for a tagged enum is larger than all the rest of
/// the recipe's reader.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ShardsFields {
    kind: ShardsKind,
    bytes: Option<u64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum ShardsKind {
    AsTarget,
    One,
    AtMost,
}

impl TryFrom<ShardsFields> for Shards {
    type Error = &'static str;

    fn try_from(ShardsFields { kind, bytes }: ShardsFields) -> Result<Self, Self::Error> {
        match (kind, bytes) {
            (ShardsKind::AsTarget, None) => Ok(Shards::AsTarget),
            (ShardsKind::One, None) => Ok(Shards::One),
            (ShardsKind::AtMost, Some(bytes)) => Ok(Shards::AtMost { bytes }),
            _ => Err("`bytes` goes with `at-most`, and only with it"),
        }
    }
}

/// The presets of tensor rules that the page offers, as patterns whose
/// tensors are left alone (every λ 0).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub enum Preset {
    /// No rule: every tensor is merged.
    #[serde(rename = "all tensors")]
    AllTensors,
    /// What the paper's authors call `--skip_embed`.
    #[serde(rename = "skip embeddings and lm_head")]
    SkipEmbeddings,
    /// The same and every normalisation, as community scripts do.
    #[serde(rename = "skip embeddings, lm_head and norms")]
    SkipEmbeddingsAndNorms,
}

/// Names of embeddings and of output heads, whose rows are tokens.
pub const EMBEDDINGS: &str = "{*embed*,*wte*,*wpe*,*emb.weight,shared.weight}";
/// Names of output heads.
pub const HEADS: &str = "{*lm_head*,output.weight}";
/// Names of the tables, among both, with a row for each token of the vocabulary.
pub const TOKEN_ROWS: &str = "{*{embed_tokens,embed_tokens_per_layer,wte,word_embeddings,\
                              tok_embeddings,embed_in,embed_out}.weight,{,*.}emb.weight,\
                              {,*.}embeddings.weight,shared.weight,*lm_head.{weight,bias},\
                              *lm_head.decoder.{weight,bias},{,*.}output_layer.weight,\
                              {,*.}head.weight,output.weight}";
/// Names of normalisation layers.
pub const NORMS: &str = "{*norm*,*ln_*}";

impl Preset {
    /// Every preset, in the order in which they are offered.
    pub const ALL: [Preset; 3] = [
        Preset::AllTensors,
        Preset::SkipEmbeddings,
        Preset::SkipEmbeddingsAndNorms,
    ];

    /// The names that are left alone.
    pub fn patterns(self) -> &'static [&'static str] {
        match self {
            Preset::AllTensors => &[],
            Preset::SkipEmbeddings => &[EMBEDDINGS, HEADS],
            Preset::SkipEmbeddingsAndNorms => &[EMBEDDINGS, HEADS, NORMS],
        }
    }

    /// The rules of this preset for `chats` chat models.
    pub fn rules(self, chats: usize) -> Vec<Rule> {
        self.patterns()
            .iter()
            .map(|pattern| Rule {
                pattern: (*pattern).to_owned(),
                weights: vec![0.0; chats],
            })
            .collect()
    }
}

impl Rule {
    /// Whether the rule is about this tensor.
    pub fn matches(&self, name: &str) -> bool {
        name_matches(&self.pattern, name)
    }
}

/// Whether a glob matches the whole of a tensor's name.
///
/// Names are no paths: `*` matches a `/` too.
pub fn name_matches(pattern: &str, name: &str) -> bool {
    let plain = |text: &str| text.replace('/', "\u{1}");
    fast_glob::glob_match(plain(pattern), plain(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recipes_survive_json() {
        let mut recipe = Recipe::new(vec![1.0, -0.5]);
        recipe.rules = Preset::SkipEmbeddingsAndNorms.rules(2);
        recipe.shards = Shards::AtMost {
            bytes: 5_000_000_000,
        };
        let json = serde_json::to_string(&recipe).unwrap();
        assert!(
            json.contains(r#""output_dtype":"same as target""#),
            "{json}"
        );
        assert_eq!(serde_json::from_str::<Recipe>(&json).unwrap(), recipe);
        // Recipes of before are read too.
        let older = json.replace(r#""take_over":[],"#, "");
        assert_ne!(older, json);
        assert_eq!(serde_json::from_str::<Recipe>(&older).unwrap(), recipe);
    }

    #[test]
    fn presets_match_the_names_that_models_use() {
        let hit = name_matches;
        for name in [
            "model.embed_tokens.weight",
            "transformer.wte.weight",
            "word_embeddings.weight",
            "gpt_neox.embed_in.weight",
            "tok_embeddings.weight",
        ] {
            assert!(hit(EMBEDDINGS, name), "{name}");
        }
        assert!(!hit(
            EMBEDDINGS,
            "model.layers.0.self_attn.rotary_emb.inv_freq"
        ));
        assert!(hit(EMBEDDINGS, "shared.weight") && hit(EMBEDDINGS, "rwkv.emb.weight"));
        assert!(hit(HEADS, "lm_head.weight") && hit(HEADS, "output.weight"));
        for name in [
            "model.embed_tokens.weight",
            "model.language_model.embed_tokens_per_layer.weight",
            "transformer.wte.weight",
            "bert.embeddings.word_embeddings.weight",
            "gpt_neox.embed_in.weight",
            "embed_out.weight",
            "tok_embeddings.weight",
            "shared.weight",
            "rwkv.emb.weight",
            "emb.weight",
            "lm_head.weight",
            "lm_head.bias",
            "lm_head.decoder.weight",
            "backbone.embeddings.weight",
            "transformer.output_layer.weight",
            "head.weight",
            "output.weight",
        ] {
            assert!(hit(TOKEN_ROWS, name), "{name}");
        }
        for name in [
            "transformer.wpe.weight",
            "model.decoder.embed_positions.weight",
            "bert.embeddings.position_embeddings.weight",
            "bert.embeddings.token_type_embeddings.weight",
            "vision_tower.patch_embed.proj.weight",
            "model.layers.0.pos_emb.weight",
            "lm_head.dense.weight",
            "encoder.layer.0.output.weight",
        ] {
            assert!(!hit(TOKEN_ROWS, name), "{name}");
        }
        assert!(!hit(HEADS, "encoder.layer.0.output.weight"));
        for name in [
            "model.norm.weight",
            "model.layers.3.input_layernorm.weight",
            "model.layers.3.self_attn.q_norm.weight",
            "transformer.ln_f.weight",
            "transformer.h.0.ln_1.bias",
        ] {
            assert!(hit(NORMS, name), "{name}");
        }
        assert!(!hit(NORMS, "model.layers.3.mlp.down_proj.weight"));
        assert!(hit("*/norm*", "a/b/norm.weight") && hit("a*norm*", "a/b/norm"));
    }
}
