//! The samples' tokenizer: byte-level BPE, trained on a page of English, as a `tokenizer.json`.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use serde_json::{Map, Value, json};

/// The first ids.
const SPECIAL: [&str; 4] = ["<s>", "</s>", "<|im_start|>", "<|im_end|>"];
pub const BEGIN: usize = 0;
pub const END: usize = 1;
pub const TURN_END: usize = 3;

const TEXT: &str = include_str!("text.txt");

/// A `tokenizer.json` of so many tokens.
pub fn train(size: usize) -> Result<Value> {
    let mut vocabulary = Map::new();
    let mut add = |token: &str| {
        let id = vocabulary.len();
        vocabulary.insert(token.to_owned(), id.into());
    };
    SPECIAL.iter().for_each(|token| add(token));
    (0..=u8::MAX).for_each(|byte| add(letter(byte).encode_utf8(&mut [0; 4])));
    let first = SPECIAL.len() + 256;
    let merges = merges(size.checked_sub(first).context("too few tokens")?);
    for (left, right) in &merges {
        add(&format!("{left}{right}"));
    }
    let added: Vec<_> = SPECIAL
        .iter()
        .enumerate()
        .map(|(id, token)| added(id, token))
        .collect();
    Ok(json!({
        "version": "1.0",
        "truncation": null,
        "padding": null,
        "added_tokens": added,
        "normalizer": null,
        "pre_tokenizer": byte_level(false),
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [special("<s>", 0), sequence("A", 0)],
            "pair": [special("<s>", 0), sequence("A", 0), special("<s>", 1), sequence("B", 1)],
            "special_tokens": { "<s>": { "id": "<s>", "ids": [BEGIN], "tokens": ["<s>"] } },
        },
        "decoder": byte_level(true),
        "model": {
            "type": "BPE",
            "dropout": null,
            "unk_token": null,
            "continuing_subword_prefix": null,
            "end_of_word_suffix": null,
            "fuse_unk": false,
            "byte_fallback": false,
            "ignore_merges": false,
            "vocab": vocabulary,
            "merges": merges,
        },
    }))
}

fn added(id: usize, token: &str) -> Value {
    json!({
        "id": id,
        "content": token,
        "single_word": false,
        "lstrip": false,
        "rstrip": false,
        "normalized": false,
        "special": true,
    })
}

fn byte_level(add_prefix_space: bool) -> Value {
    json!({
        "type": "ByteLevel",
        "add_prefix_space": add_prefix_space,
        "trim_offsets": true,
        "use_regex": true,
    })
}

fn special(token: &str, part: usize) -> Value {
    json!({ "SpecialToken": { "id": token, "type_id": part } })
}

fn sequence(name: &str, part: usize) -> Value {
    json!({ "Sequence": { "id": name, "type_id": part } })
}

/// The character that stands for a byte, as in GPT-2: itself where it can be seen.
fn letter(byte: u8) -> char {
    let is_seen = |byte: u8| matches!(byte, 33..=126 | 161..=172 | 174..=255);
    if is_seen(byte) {
        return byte.into();
    }
    let before = (0..byte).filter(|&byte| !is_seen(byte)).count();
    char::from_u32(256 + before as u32).unwrap_or_default()
}

/// The pairs that are joined, the most frequent first, of several the first in the alphabet.
fn merges(count: usize) -> Vec<(String, String)> {
    let mut words = words();
    let mut merges = Vec::new();
    while merges.len() < count {
        let mut pairs: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for (word, times) in &words {
            for pair in word.windows(2) {
                *pairs.entry((&pair[0], &pair[1])).or_default() += times;
            }
        }
        let most = pairs.iter().max_by(|a, b| a.1.cmp(b.1).then(b.0.cmp(a.0)));
        let Some((&(left, right), _)) = most else {
            break;
        };
        let best = (left.to_owned(), right.to_owned());
        for (word, _) in &mut words {
            join(word, &best);
        }
        merges.push(best);
    }
    merges
}

fn join(word: &mut Vec<String>, (left, right): &(String, String)) {
    let mut at = 0;
    while at + 1 < word.len() {
        if word[at] == *left && word[at + 1] == *right {
            let second = word.remove(at + 1);
            word[at] += &second;
        }
        at += 1;
    }
}

/// The words of the text, each with the space before it, and how often it is there.
fn words() -> Vec<(Vec<String>, usize)> {
    let mut words: BTreeMap<String, usize> = BTreeMap::new();
    for line in TEXT.lines() {
        for (i, word) in line.split(' ').enumerate() {
            let letters = word.trim_end_matches(|c: char| c.is_ascii_punctuation());
            let space = if i > 0 { " " } else { "" };
            *words.entry(format!("{space}{letters}")).or_default() += 1;
        }
    }
    let spelled = |word: String| word.bytes().map(|byte| letter(byte).into()).collect();
    words
        .into_iter()
        .map(|(word, times)| (spelled(word), times))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_is_there_once() {
        let tokenizer = train(384).unwrap();
        let vocabulary = tokenizer["model"]["vocab"].as_object().unwrap();
        let mut ids: Vec<_> = vocabulary.values().map(|id| id.as_u64().unwrap()).collect();
        ids.sort_unstable();
        assert_eq!(ids, (0..384).collect::<Vec<_>>());
    }

    #[test]
    fn bytes_are_spelled_as_in_gpt_2() {
        assert_eq!(letter(b'A'), 'A');
        assert_eq!(letter(b' '), 'Ġ');
        assert_eq!(letter(b'\n'), 'Ċ');
        assert_eq!(letter(0xad), 'Ń');
    }
}
