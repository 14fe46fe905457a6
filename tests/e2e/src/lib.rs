//! Drives the real page in a real browser: what a person does, and what must come of it.
//!
//! A test is a [`stage::case`]: a fresh browser on the page, and a folder in which the inputs
//! and the saved files stay, so that `tests/python/check.py` can look at them afterwards.

pub mod axe;
pub mod browser;
pub mod compare;
pub mod driver;
pub mod models;
pub mod oracle;
pub mod package;
pub mod page;
pub mod recipe;
pub mod site;
pub mod sparse;
pub mod stage;
pub mod tiny;
pub mod vast;
