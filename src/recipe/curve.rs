//! λ by layer: a curve through points, straight between them and level before the first and after
//! the last.

use serde::{Deserialize, Serialize};

/// A point of a curve: λ at a layer.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(deny_unknown_fields)]
pub struct LayerWeight {
    /// The layer, counted from 0 as in tensors' names.
    pub layer: u32,
    /// λ there.
    pub weight: f64,
}

/// λ at a layer by a curve whose points come in the order of their layers; none without points.
pub fn weight_at(points: &[LayerWeight], layer: u32) -> Option<f64> {
    let after = points.iter().position(|point| point.layer >= layer);
    let (before, after) = match after {
        None => return points.last().map(|last| last.weight),
        Some(0) => return points.first().map(|first| first.weight),
        Some(after) => (points[after - 1], points[after]),
    };
    let share = f64::from(layer - before.layer) / f64::from(after.layer - before.layer);
    Some(before.weight + share * (after.weight - before.weight))
}

/// The layer of a tensor, by its name: the first part that is a number, as in
/// `model.layers.12.mlp.up_proj.weight`.
pub fn layer_of(name: &str) -> Option<u32> {
    let is_number = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    name.split('.').find(is_number)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn curves_are_straight_between_points_and_level_outside() {
        let point = |layer, weight| LayerWeight { layer, weight };
        let points = [point(2, 0.5), point(6, -1.5), point(7, 1.0)];
        for (layer, weight) in [
            (0, 0.5),
            (2, 0.5),
            (3, 0.0),
            (5, -1.0),
            (6, -1.5),
            (7, 1.0),
            (u32::MAX, 1.0),
        ] {
            assert_eq!(weight_at(&points, layer), Some(weight), "{layer}");
        }
        assert_eq!(weight_at(&points[..1], 9), Some(0.5));
        assert_eq!(weight_at(&[], 0), None);
    }

    #[test]
    fn layers_are_found_in_names() {
        for (name, layer) in [
            ("model.layers.12.mlp.up_proj.weight", Some(12)),
            ("transformer.h.0.ln_1.bias", Some(0)),
            (
                "model.layers.3.block_sparse_moe.experts.7.w1.weight",
                Some(3),
            ),
            ("model.embed_tokens.weight", None),
            ("model.layers.x1.w", None),
            ("model.layers.99999999999.experts.3.w", None),
            ("layers.-1.w", None),
        ] {
            assert_eq!(layer_of(name), layer, "{name}");
        }
    }
}
