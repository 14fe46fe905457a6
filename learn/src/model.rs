//! A model of the Llama architecture: reads Hugging Face's files, and computes what it says.
//!
//! The architecture is that of `LlamaForCausalLM` in
//! [transformers](https://github.com/huggingface/transformers): RMS norms, grouped-query attention
//! with rotary positions (halves rotated, not pairs), and a gated MLP with SiLU. Weights of any of the
//! three dtypes become f32, and so is all arithmetic.

use candle_core::{D, Device, Tensor};
use candle_nn::kv_cache::KvCache;
use candle_nn::{Embedding, Linear, Module, RmsNorm, ops, rotary_emb};
use half::{bf16, f16};
use safetensors::{Dtype, SafeTensorError, SafeTensors};
use serde::Deserialize;
use std::fmt;

/// The longest text that any model is given, in tokens.
const LONGEST: usize = 4096;

/// Sizes and constants of a model, by its `config.json`.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// Width of the residual stream.
    pub hidden_size: usize,
    /// Width of the MLPs.
    pub intermediate_size: usize,
    /// How many layers.
    pub num_hidden_layers: usize,
    /// Heads of queries, in each layer.
    pub num_attention_heads: usize,
    /// Heads of keys and values, each for as many heads of queries as the others.
    pub num_key_value_heads: usize,
    /// Width of a head; even.
    pub head_dim: usize,
    /// What RMS norms add to a mean square.
    pub rms_norm_eps: f64,
    /// The base of the wave lengths of rotary positions.
    pub rope_theta: f64,
    /// Rows of the embeddings.
    pub vocab_size: usize,
    /// Whether the embeddings are the output head too.
    pub tie_word_embeddings: bool,
    /// The longest text, in tokens.
    pub max_position_embeddings: usize,
}

/// The same as it is written.
#[derive(Deserialize)]
struct Written {
    hidden_size: usize,
    intermediate_size: usize,
    num_hidden_layers: usize,
    num_attention_heads: usize,
    num_key_value_heads: Option<usize>,
    head_dim: Option<usize>,
    rms_norm_eps: f64,
    rope_theta: Option<f64>,
    /// Where transformers writes what is about positions since version 5.
    rope_parameters: Option<Rope>,
    /// Where it did before, if anything is special about them.
    rope_scaling: Option<Rope>,
    vocab_size: usize,
    #[serde(default)]
    tie_word_embeddings: bool,
    max_position_embeddings: Option<usize>,
    model_type: Option<String>,
    hidden_act: Option<String>,
    #[serde(default)]
    attention_bias: bool,
    #[serde(default)]
    mlp_bias: bool,
}

#[derive(Deserialize)]
struct Rope {
    rope_theta: Option<f64>,
    #[serde(alias = "type")]
    rope_type: Option<String>,
}

/// Why there is no model, or no answer of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ModelError {
    /// `config.json` is not JSON of the expected form; with the reader's words.
    Config(String),
    /// `config.json` asks for something that is not built here.
    Unsupported(String),
    /// Sizes in `config.json` do not go together; what is wrong.
    Sizes(String),
    /// The weights are no safetensors file; with the reader's words.
    File(String),
    /// A tensor is not there.
    Missing(String),
    /// A tensor has another shape than `config.json` says.
    Shape {
        /// Its name.
        tensor: String,
        /// The shape it should have.
        expected: Vec<usize>,
        /// The shape it has.
        found: Vec<usize>,
    },
    /// A tensor has a dtype that is none of the three.
    Dtype {
        /// Its name.
        tensor: String,
        /// What it has.
        found: String,
    },
    /// A text without tokens, or no text at all.
    Empty,
    /// Texts of different lengths in one batch.
    Uneven,
    /// A token that has no row in the embeddings.
    Token(u32),
    /// A text is too long.
    TooLong {
        /// Its tokens.
        tokens: usize,
        /// The most that are allowed.
        most: usize,
    },
    /// candle refused to compute; with its words.
    Compute(String),
}

impl fmt::Display for ModelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Config(reason) => write!(f, "config.json can't be read: {reason}"),
            Self::Unsupported(what) => {
                write!(f, "config.json asks for {what}; that is not known here")
            }
            Self::Sizes(what) => write!(f, "config.json contradicts itself: {what}"),
            Self::File(reason) => write!(f, "the weights are no whole safetensors file: {reason}"),
            Self::Missing(tensor) => write!(f, "the weights lack the tensor `{tensor}`"),
            Self::Shape {
                tensor,
                expected,
                found,
            } => write!(
                f,
                "the tensor `{tensor}` has the shape {found:?}, and by config.json it should have \
                 {expected:?}"
            ),
            Self::Dtype { tensor, found } => write!(
                f,
                "the tensor `{tensor}` has the dtype {found}; only F32, F16 and BF16 are known here"
            ),
            Self::Empty => write!(f, "there is no text to go on from"),
            Self::Uneven => write!(f, "texts of different lengths can't be computed at once"),
            Self::Token(token) => write!(f, "the model has no word with the number {token}"),
            Self::TooLong { tokens, most } => write!(
                f,
                "the text has {tokens} words, and the model takes {most} at most"
            ),
            Self::Compute(reason) => write!(f, "the model could not be computed: {reason}"),
        }
    }
}

impl std::error::Error for ModelError {}

impl From<candle_core::Error> for ModelError {
    fn from(error: candle_core::Error) -> Self {
        Self::Compute(error.to_string())
    }
}

impl Config {
    /// Reads the text of a `config.json`.
    ///
    /// # Errors
    /// If it is none, contradicts itself, or asks for what is not built here.
    pub fn parse(json: &str) -> Result<Self, ModelError> {
        let written: Written =
            serde_json::from_str(json).map_err(|error| ModelError::Config(error.to_string()))?;
        written.check_supported()?;
        let rope = written.rope_parameters.and_then(|rope| rope.rope_theta);
        let config = Self {
            hidden_size: written.hidden_size,
            intermediate_size: written.intermediate_size,
            num_hidden_layers: written.num_hidden_layers,
            num_attention_heads: written.num_attention_heads,
            num_key_value_heads: written
                .num_key_value_heads
                .unwrap_or(written.num_attention_heads),
            head_dim: match written.head_dim {
                Some(size) => size,
                None => written
                    .hidden_size
                    .checked_div(written.num_attention_heads)
                    .unwrap_or_default(),
            },
            rms_norm_eps: written.rms_norm_eps,
            rope_theta: written.rope_theta.or(rope).unwrap_or(10_000.0),
            vocab_size: written.vocab_size,
            tie_word_embeddings: written.tie_word_embeddings,
            max_position_embeddings: written
                .max_position_embeddings
                .unwrap_or(LONGEST)
                .min(LONGEST),
        };
        config.check()?;
        Ok(config)
    }

    /// That sizes are such that products of them mean something.
    fn check(&self) -> Result<(), ModelError> {
        let contradiction = |what: String| Err(ModelError::Sizes(what));
        for (name, size, most) in [
            ("hidden_size", self.hidden_size, 1 << 16),
            ("intermediate_size", self.intermediate_size, 1 << 20),
            ("num_hidden_layers", self.num_hidden_layers, 1 << 10),
            ("num_attention_heads", self.num_attention_heads, 1 << 10),
            ("num_key_value_heads", self.num_key_value_heads, 1 << 10),
            ("head_dim", self.head_dim, 1 << 10),
            ("vocab_size", self.vocab_size, 1 << 24),
            (
                "max_position_embeddings",
                self.max_position_embeddings,
                LONGEST,
            ),
        ] {
            if size == 0 || size > most {
                return contradiction(format!("`{name}` is {size}"));
            }
        }
        let (heads, shared) = (self.num_attention_heads, self.num_key_value_heads);
        if !heads.is_multiple_of(shared) {
            return contradiction(format!(
                "{heads} heads of queries can't share {shared} heads of keys and values evenly"
            ));
        }
        if !self.head_dim.is_multiple_of(2) {
            return contradiction(format!("the width of a head, {}, is odd", self.head_dim));
        }
        for (name, value) in [
            ("rms_norm_eps", self.rms_norm_eps),
            ("rope_theta", self.rope_theta),
        ] {
            if !(value > 0.0 && value.is_finite()) {
                return contradiction(format!("`{name}` is {value}"));
            }
        }
        Ok(())
    }
}

impl Written {
    fn check_supported(&self) -> Result<(), ModelError> {
        let unsupported = |what: String| Err(ModelError::Unsupported(what));
        if let Some(kind) = self.model_type.as_deref().filter(|kind| *kind != "llama") {
            return unsupported(format!("a model of the type `{kind}`"));
        }
        if let Some(act) = self.hidden_act.as_deref().filter(|act| *act != "silu") {
            return unsupported(format!("the activation `{act}`"));
        }
        for rope in [&self.rope_parameters, &self.rope_scaling]
            .into_iter()
            .flatten()
        {
            if let Some(kind) = rope.rope_type.as_deref().filter(|kind| *kind != "default") {
                return unsupported(format!("positions of the type `{kind}`"));
            }
        }
        if self.attention_bias || self.mlp_bias {
            return unsupported("biases".to_owned());
        }
        Ok(())
    }
}

/// A model that is ready to compute.
#[derive(Debug)]
pub struct Model {
    config: Config,
    embeddings: Embedding,
    layers: Vec<Layer>,
    norm: RmsNorm,
    head: Linear,
    /// Cosines and sines of the positions: `[max_position_embeddings, head_dim / 2]`.
    cos: Tensor,
    sin: Tensor,
}

#[derive(Debug)]
struct Layer {
    input_norm: RmsNorm,
    /// Queries, keys and values, one below the other: one product instead of three.
    qkv: Linear,
    o: Linear,
    post_norm: RmsNorm,
    /// Gate, and below it up.
    gate_up: Linear,
    down: Linear,
}

/// Keys and values of the tokens that a model was given so far; of one batch.
#[derive(Debug)]
pub struct Cache {
    layers: Vec<KvCache>,
    position: usize,
}

impl Cache {
    /// Goes on with these texts of the batch alone.
    pub(crate) fn keep(&mut self, texts: &[u32]) -> candle_core::Result<()> {
        let texts = Tensor::new(texts, &Device::Cpu)?;
        for layer in &mut self.layers {
            let (Some(k), Some(v)) = (layer.k()?, layer.v()?) else {
                continue;
            };
            let of_texts = |x: Tensor| x.contiguous()?.index_select(&texts, 0);
            let (k, v) = (of_texts(k)?, of_texts(v)?);
            let mut kept = KvCache::new(2, layer.k_cache().max_seq_len());
            kept.append(&k, &v)?;
            *layer = kept;
        }
        Ok(())
    }
}

/// The tensors of a file, each of which is asked for once, in f32.
struct Weights<'a>(SafeTensors<'a>);

impl Weights<'_> {
    fn get(&self, name: &str, shape: &[usize]) -> Result<Tensor, ModelError> {
        let view = self.0.tensor(name).map_err(|error| match error {
            SafeTensorError::TensorNotFound(_) => ModelError::Missing(name.to_owned()),
            error => ModelError::File(error.to_string()),
        })?;
        if view.shape() != shape {
            return Err(ModelError::Shape {
                tensor: name.to_owned(),
                expected: shape.to_vec(),
                found: view.shape().to_vec(),
            });
        }
        let halves = || view.data().as_chunks::<2>().0.iter();
        let values: Vec<f32> = match view.dtype() {
            Dtype::BF16 => halves().map(|x| bf16::from_le_bytes(*x).to_f32()).collect(),
            Dtype::F16 => halves().map(|x| f16::from_le_bytes(*x).to_f32()).collect(),
            Dtype::F32 => {
                let values = view.data().as_chunks::<4>().0.iter();
                values.map(|x| f32::from_le_bytes(*x)).collect()
            }
            other => {
                return Err(ModelError::Dtype {
                    tensor: name.to_owned(),
                    found: other.to_string(),
                });
            }
        };
        Ok(Tensor::from_vec(values, shape, &Device::Cpu)?)
    }

    /// Several matrices of the same width, one below the other.
    fn stacked(
        &self,
        parts: &[(&str, usize)],
        layer: &str,
        width: usize,
    ) -> Result<Linear, ModelError> {
        let parts = parts
            .iter()
            .map(|(name, height)| self.get(&format!("{layer}.{name}.weight"), &[*height, width]));
        let parts = parts.collect::<Result<Vec<_>, _>>()?;
        Ok(Linear::new(Tensor::cat(&parts, 0)?, None))
    }
}

impl Model {
    /// A model of the bytes of its `model.safetensors`; tensors that it does not need are ignored.
    ///
    /// # Errors
    /// If a tensor is missing, or is not what the config says.
    pub fn load(config: &Config, bytes: &[u8]) -> Result<Self, ModelError> {
        let file = SafeTensors::deserialize(bytes);
        let weights = Weights(file.map_err(|error| ModelError::File(error.to_string()))?);
        let hidden = config.hidden_size;
        let norm = |name: &str| -> Result<RmsNorm, ModelError> {
            Ok(RmsNorm::new(
                weights.get(name, &[hidden])?,
                config.rms_norm_eps,
            ))
        };
        let (queries, keys) = (
            config.num_attention_heads * config.head_dim,
            config.num_key_value_heads * config.head_dim,
        );
        let embeddings = weights.get("model.embed_tokens.weight", &[config.vocab_size, hidden])?;
        let head = match config.tie_word_embeddings {
            true => embeddings.clone(),
            false => weights.get("lm_head.weight", &[config.vocab_size, hidden])?,
        };
        let mut layers = Vec::new();
        for number in 0..config.num_hidden_layers {
            let layer = format!("model.layers.{number}");
            let qkv = [
                ("self_attn.q_proj", queries),
                ("self_attn.k_proj", keys),
                ("self_attn.v_proj", keys),
            ];
            let inner = config.intermediate_size;
            let gate_up = [("mlp.gate_proj", inner), ("mlp.up_proj", inner)];
            layers.push(Layer {
                input_norm: norm(&format!("{layer}.input_layernorm.weight"))?,
                qkv: weights.stacked(&qkv, &layer, hidden)?,
                o: weights.stacked(&[("self_attn.o_proj", hidden)], &layer, queries)?,
                post_norm: norm(&format!("{layer}.post_attention_layernorm.weight"))?,
                gate_up: weights.stacked(&gate_up, &layer, hidden)?,
                down: weights.stacked(&[("mlp.down_proj", hidden)], &layer, inner)?,
            });
        }
        let (cos, sin) = waves(config)?;
        Ok(Self {
            embeddings: Embedding::new(embeddings, hidden),
            layers,
            norm: norm("model.norm.weight")?,
            head: Linear::new(head, None),
            cos,
            sin,
            config: config.clone(),
        })
    }

    /// Its sizes.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// A cache for a batch of which nothing was computed yet, with room for `tokens` at first.
    pub fn cache(&self, tokens: usize) -> Cache {
        let room = tokens.clamp(1, self.config.max_position_embeddings);
        Cache {
            layers: vec![KvCache::new(2, room); self.layers.len()],
            position: 0,
        }
    }

    /// The logits of what comes after each token: `[texts, tokens, vocab_size]`, f32.
    ///
    /// The texts of a batch have one length, and go on from what the cache holds.
    ///
    /// # Errors
    /// For texts that are empty, uneven or too long, and for tokens that the model does not have.
    pub fn logits(&self, texts: &[&[u32]], cache: &mut Cache) -> Result<Tensor, ModelError> {
        let tokens = self.tokens(texts, cache)?;
        Ok(self.head.forward(&self.forward(&tokens, cache)?)?)
    }

    /// The most likely token after each text; these have one length, and go on from what the cache
    /// holds.
    pub(crate) fn likeliest_next(
        &self,
        tokens: &Tensor,
        cache: &mut Cache,
    ) -> candle_core::Result<Vec<u32>> {
        let hidden = self.forward(tokens, cache)?;
        let last = hidden.narrow(1, hidden.dim(1)? - 1, 1)?.squeeze(1)?;
        let logits: Vec<Vec<f32>> = self.head.forward(&last.contiguous()?)?.to_vec2()?;
        Ok(logits.iter().map(|logits| likeliest(logits)).collect())
    }

    /// For each text the negative log-likelihood of its tokens after the first, in nats, added up.
    ///
    /// # Errors
    /// As [`Model::logits`].
    pub fn surprise(&self, texts: &[&[u32]]) -> Result<Vec<f64>, ModelError> {
        let length = texts.first().map_or(0, |text| text.len());
        let logits = self.logits(texts, &mut self.cache(length))?;
        let chances: Vec<Vec<Vec<f32>>> = ops::log_softmax(&logits, D::Minus1)?.to_vec3()?;
        let of_text = |(text, chances): (&&[u32], &Vec<Vec<f32>>)| {
            let next = text.iter().skip(1).zip(chances);
            let chance = next.map(|(&token, chances)| f64::from(chances[token as usize]));
            -chance.sum::<f64>()
        };
        Ok(texts.iter().zip(&chances).map(of_text).collect())
    }

    /// The texts as a tensor `[texts, tokens]`.
    pub(crate) fn tokens(&self, texts: &[&[u32]], cache: &Cache) -> Result<Tensor, ModelError> {
        let length = texts.first().map_or(0, |text| text.len());
        if length == 0 {
            return Err(ModelError::Empty);
        }
        if texts.iter().any(|text| text.len() != length) {
            return Err(ModelError::Uneven);
        }
        let (tokens, most) = (cache.position + length, self.config.max_position_embeddings);
        if tokens > most {
            return Err(ModelError::TooLong { tokens, most });
        }
        let flat = texts.concat();
        let is_known = |token: &&u32| (**token as usize) < self.config.vocab_size;
        if let Some(&token) = flat.iter().find(|token| !is_known(token)) {
            return Err(ModelError::Token(token));
        }
        Ok(Tensor::from_vec(flat, (texts.len(), length), &Device::Cpu)?)
    }

    /// What the head is given, `[texts, tokens, hidden_size]`.
    fn forward(&self, tokens: &Tensor, cache: &mut Cache) -> candle_core::Result<Tensor> {
        let length = tokens.dim(1)?;
        let positions = Positions {
            cos: self.cos.narrow(0, cache.position, length)?,
            sin: self.sin.narrow(0, cache.position, length)?,
            mask: mask(cache.position, length)?,
        };
        let mut x = self.embeddings.forward(tokens)?;
        for (layer, cache) in self.layers.iter().zip(&mut cache.layers) {
            let attended = self.attend(layer, &layer.input_norm.forward(&x)?, &positions, cache)?;
            x = (x + attended)?;
            let inner = layer.gate_up.forward(&layer.post_norm.forward(&x)?)?;
            x = (x + layer.down.forward(&ops::swiglu(&inner)?)?)?;
        }
        cache.position += length;
        self.norm.forward(&x)
    }

    /// Attention of a layer, over `[texts, tokens, hidden_size]`.
    fn attend(
        &self,
        layer: &Layer,
        x: &Tensor,
        positions: &Positions,
        cache: &mut KvCache,
    ) -> candle_core::Result<Tensor> {
        let (texts, length, _) = x.dims3()?;
        let (heads, shared, size) = (
            self.config.num_attention_heads,
            self.config.num_key_value_heads,
            self.config.head_dim,
        );
        let qkv = layer.qkv.forward(x)?;
        let part = |first: usize, heads: usize| {
            let part = qkv.narrow(2, first * size, heads * size)?;
            let part = part.reshape((texts, length, heads, size))?;
            part.transpose(1, 2)?.contiguous()
        };
        let turn = |x: Tensor| rotary_emb::rope(&x, &positions.cos, &positions.sin);
        let q = turn(part(0, heads)?)?;
        let k = turn(part(heads, shared)?)?;
        let v = part(heads + shared, shared)?;
        let (k, v) = cache.append(&k, &v)?;
        let all = k.dim(2)?;
        // The heads of queries that share a head of keys become rows of one matrix.
        let rows = heads / shared * length;
        let q = (q.reshape((texts, shared, rows, size))? * (size as f64).powf(-0.5))?;
        let mut scores = q.matmul(&k.t()?)?;
        if let Some(mask) = &positions.mask {
            let by_head = scores.reshape((texts, heads, length, all))?;
            let masked = by_head.broadcast_add(mask)?;
            scores = masked.reshape((texts, shared, rows, all))?;
        }
        let attended = ops::softmax_last_dim(&scores)?.matmul(&v)?;
        let attended = attended.reshape((texts, heads, length, size))?;
        let attended = attended
            .transpose(1, 2)?
            .reshape((texts, length, heads * size))?;
        layer.o.forward(&attended)
    }
}

/// Where the tokens in hand stand.
struct Positions {
    cos: Tensor,
    sin: Tensor,
    mask: Option<Tensor>,
}

/// What keeps tokens from looking ahead: −∞ where that is, `[tokens, all tokens]`; none for a single one.
fn mask(position: usize, length: usize) -> candle_core::Result<Option<Tensor>> {
    if length == 1 {
        return Ok(None);
    }
    let all = position + length;
    let cell = |row: usize, column: usize| match column > position + row {
        true => f32::NEG_INFINITY,
        false => 0.0,
    };
    let cells = (0..length).flat_map(|row| (0..all).map(move |column| cell(row, column)));
    let cells: Vec<f32> = cells.collect();
    Tensor::from_vec(cells, (length, all), &Device::Cpu).map(Some)
}

/// Cosines and sines of position × frequency; frequencies fall from 1 to nearly 1 / `rope_theta`.
fn waves(config: &Config) -> candle_core::Result<(Tensor, Tensor)> {
    let half = config.head_dim / 2;
    let frequency = |i: usize| config.rope_theta.powf(-(i as f64) / half as f64) as f32;
    let frequencies: Vec<f32> = (0..half).map(frequency).collect();
    let positions = 0..config.max_position_embeddings;
    let angles = positions.flat_map(|at| frequencies.iter().map(move |f| at as f32 * f));
    let shape = (config.max_position_embeddings, half);
    let angles = Tensor::from_vec(angles.collect::<Vec<f32>>(), shape, &Device::Cpu)?;
    Ok((angles.cos()?, angles.sin()?))
}

/// The place of the largest number, of equal ones the first; NaN is never it, unless all are.
fn likeliest(logits: &[f32]) -> u32 {
    let mut best = (0, f32::NEG_INFINITY);
    for (place, &logit) in (0..).zip(logits) {
        if logit > best.1 {
            best = (place, logit);
        }
    }
    best.0
}
