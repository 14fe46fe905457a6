//! Merges neural-network checkpoints by chat-vector arithmetic
//! ([arXiv 2310.04799](https://arxiv.org/abs/2310.04799)), in a browser tab:
//!
//! ```text
//! merged = target + λ₁·(chat₁ − base) + λ₂·(chat₂ − base) + …
//! ```
//!
//! Data flows one way, and each module is one stage:
//!
//! | stage | module | what it does |
//! |---|---|---|
//! | files | [`source`] | reads ranges of bytes, ahead of time |
//! | headers | [`header`], [`checkpoint`], [`vocabulary`] | checks safetensors files; one table of tensors; whose token a row is |
//! | plan | [`recipe`], [`mod@plan`] | what was asked × what is there → every output byte, or the problems |
//! | chunks | [`engine`] | streams the plan, in constant memory |
//! | kernel | [`kernel`] | the arithmetic, scalar and simd128, equal bit for bit |
//! | output | [`sink`] | takes the merged files, or discards them all |
//! | beside | [`inspect`] | sums up what the chat vectors are like, and says what looks wrong |
//! | afterwards | [`verify`] | reads merged files back and compares them with what the models give |
//!
//! [`report`] holds what people are told, [`message`] the sentences of it, [`dtype`] the dtypes, [`journal`] what
//! an interrupted merge needs to go on. None of these
//! knows a browser: sources and sinks are small traits, with twins in memory
//! and on disk. `web` (on wasm32, by the feature of that name) is the browser's side
//! of them.

// Nothing that runs natively is unsafe, and of what runs in a browser one file: see `kernel`.
#![cfg_attr(not(target_arch = "wasm32"), forbid(unsafe_code))]
#![deny(unsafe_code)]

pub mod checkpoint;
pub mod document;
pub mod dtype;
pub mod engine;
pub mod header;
pub mod inspect;
pub mod journal;
pub mod json;
pub mod kernel;
pub mod message;
pub mod plan;
pub mod recipe;
pub mod report;
pub mod sink;
pub mod source;
pub mod verify;
pub mod vocabulary;
#[cfg(all(target_arch = "wasm32", feature = "web"))]
pub mod web;
