//! Models of one tensor over 4 GiB, mostly holes: their merge takes a while.

use anyhow::Result;
use safetensors::Dtype;

use crate::models::{Model, Tensor, weights};
use crate::oracle::Models;
use crate::sparse::{self, Part};
use crate::stage::Stage;

/// A tensor over 4 GiB and over 2³¹ elements.
pub const VAST: &str = "model.layers.0.mlp.vast_proj.weight";
pub const VAST_SHAPE: [u64; 2] = [43_000, 50_000];
pub const VAST_LEN: u64 = VAST_SHAPE[0] * VAST_SHAPE[1] * 2;
/// Tensors that lie behind the vast one.
pub fn far(seed: u64) -> Vec<Tensor> {
    vec![
        weights("model.layers.1.far.weight", Dtype::F32, &[700, 300], seed),
        weights("model.layers.2.far.weight", Dtype::BF16, &[1001, 77], seed),
        weights("model.norm.weight", Dtype::F32, &[300], seed),
    ]
}

/// A checkpoint of one vast tensor and, past the 4 GiB offset, some real ones.
pub struct Sparse {
    pub model: Model,
    /// Where the vast tensor begins.
    pub data: u64,
}

/// Writes such a checkpoint, as one file in the folder of a role.
pub fn sparse(stage: &Stage, role: &str, seed: u64) -> Result<Sparse> {
    let file = stage.folder_of(role).join("model.safetensors");
    let tensors = far(seed);
    let mut parts = vec![Part::Hole {
        name: VAST,
        dtype: Dtype::F16,
        shape: &VAST_SHAPE,
    }];
    parts.extend(tensors.iter().map(Part::Real));
    let data = sparse::write(&file, &parts)?;
    let model = Model {
        files: vec![file],
        shards: vec![tensors],
    };
    Ok(Sparse { model, data })
}

/// Starts a merge of models so large that there is time to stop it.
pub async fn start_long_merge(stage: &Stage) -> Result<()> {
    let models = Models {
        base: sparse(stage, "large-base", 1)?.model,
        target: None,
        chats: vec![sparse(stage, "large-chat-1", 3)?.model],
    };
    stage.give(&models).await?;
    stage.page.start_merge().await?;
    stage.page.under_way().await
}
