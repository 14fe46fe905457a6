//! How large the chat vectors are, tensor by tensor, as the library's inspection sums them up.

use crate::miniature::{Miniature, MiniatureError, State, run_now};
use chat_vector::engine;
use chat_vector::inspect::{self, Inspection, TensorReport};
use chat_vector::journal::Mark;
use chat_vector::plan;
use chat_vector::recipe::layer_of;
use chat_vector::sink::Nowhere;
use serde::Serialize;
use std::future::pending;

/// A tensor, and the chat vectors there.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct TensorNorms {
    /// Its name.
    pub tensor: String,
    /// Its layer, counted from 0; none outside of layers.
    #[cfg_attr(target_arch = "wasm32", tsify(type = "number | null"))]
    pub layer: Option<u32>,
    /// The module within the layer, or within the model: `self_attn.q_proj`, `lm_head`.
    pub module: String,
    /// ‖base‖, the root of the sum of squares.
    pub base: f64,
    /// For each chat vector, in the order of λ.
    pub vectors: Vec<VectorNorm>,
}

/// A chat vector in one tensor.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
pub struct VectorNorm {
    /// ‖τ‖ = ‖chat − base‖.
    pub norm: f64,
    /// ‖τ‖ / ‖base‖; none where the base is zero.
    #[cfg_attr(target_arch = "wasm32", tsify(type = "number | null"))]
    pub ratio: Option<f64>,
}

impl Miniature {
    /// The norms of all chat vectors, tensor by tensor, in the order of the target's file. Squares
    /// are added up in f32 over blocks of 1024 elements, and in f64 over the blocks.
    ///
    /// # Errors
    /// If the models can't be merged.
    pub fn norms(&self) -> Result<Vec<TensorNorms>, MiniatureError> {
        let recipe = self.recipe(&State::new(vec![1.0; self.vectors()]))?;
        let models = self.cast();
        let planned = plan::plan(&models, &recipe);
        if !planned.report.problems.is_empty() {
            return Err(MiniatureError::Plan(planned.report.problems));
        }
        let plan = inspect::plan(&models, &recipe, &planned);
        let mut inspection = Inspection::new(&models);
        let (mut nowhere, mark) = (Nowhere, Mark::default());
        run_now(engine::run_inspected(
            &models,
            &plan,
            mark,
            Some(&mut inspection),
            &mut nowhere,
            |_| {},
            pending(),
        ))
        .map_err(|error| MiniatureError::Engine(error.message()))?;
        Ok(inspection.report().tensors.into_iter().map(norms).collect())
    }
}

fn norms(report: TensorReport) -> TensorNorms {
    let layer = layer_of(&report.tensor);
    let place = match layer {
        Some(layer) => format!("model.layers.{layer}."),
        None => "model.".to_owned(),
    };
    let module = report.tensor.strip_prefix(&place).unwrap_or(&report.tensor);
    let module = module.strip_suffix(".weight").unwrap_or(module).to_owned();
    let vectors = report.chats.iter().map(|chat| {
        let chat = chat.unwrap_or_default();
        VectorNorm {
            norm: chat.norm,
            ratio: chat.ratio,
        }
    });
    TensorNorms {
        layer,
        module,
        base: report.base,
        vectors: vectors.collect(),
        tensor: report.tensor,
    }
}
