//! Tiny chat models, merged and run in memory: what is behind the page that teaches chat vectors.
//!
//! | module | what it does |
//! |---|---|
//! | [`words`] | texts to numbers of words and back |
//! | [`model`] | a Llama model: what it takes to come next, and how likely it takes a text to be |
//! | [`generation`] | how texts go on by a model, token by token |
//! | [`miniature`] | base, target and chat models; merges them by the library's own plan and engine |
//! | [`layers`] | how large a chat vector is, layer by layer |
//! | [`measure`] | what a model can do, by a list of prompts |
//!
//! `web` (on wasm32) hands all of it to the page's worker. Models have the architecture of Llama and
//! the file formats of Hugging Face; arithmetic is f32, by [candle](https://crates.io/crates/candle-core).

pub mod generation;
pub mod layers;
pub mod measure;
pub mod miniature;
pub mod model;
#[cfg(target_arch = "wasm32")]
pub mod web;
pub mod words;
