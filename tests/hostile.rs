//! What the library says of each file of the corpus, word for word.
#![cfg(not(target_arch = "wasm32"))]

mod common;
mod corpus;

use chat_vector::report::Problem;
use chat_vector::source::Memory;
use common::open;

#[test]
fn every_case_is_told_in_full() {
    let mut different = Vec::new();
    for case in corpus::cases() {
        let files = case.files.into_iter();
        let opened = open(
            files
                .map(|(name, bytes)| Memory::new(name, bytes))
                .collect(),
        );
        let told: Vec<String> = opened.map_or_else(messages, |_| Vec::new());
        if told != Vec::from_iter(case.told.clone()) {
            different.push(format!("{}: {told:#?}, not {:#?}", case.what, case.told));
        }
    }
    assert!(different.is_empty(), "{}", different.join("\n"));
}

fn messages(problems: Vec<Problem>) -> Vec<String> {
    problems
        .into_iter()
        .map(|problem| problem.message.to_string())
        .collect()
}

/// A person can do something about every problem that is told.
#[test]
fn every_case_says_what_to_do() {
    let does = ["Download", "download", "Give", "give", "Take", "Unpack"];
    for case in corpus::cases() {
        let told = case.told.unwrap_or_else(|| does[0].to_owned());
        assert!(does.iter().any(|word| told.contains(word)), "{told}");
    }
}
