//! Which token has which row, by tokenizers of every kind and by files that are none.
#![cfg(not(target_arch = "wasm32"))]

use chat_vector::source::{Memory, ReadError, Source, Stream};
use chat_vector::vocabulary::{MAX_SIZE, Vocabulary, VocabularyError};
use serde_json::{Value, json};
use std::ops::Range;

fn parse(json: &Value) -> Result<Vocabulary, VocabularyError> {
    Vocabulary::parse(json.to_string().as_bytes())
}

/// A tokenizer of these tokens and added tokens, as the `tokenizers` library writes it.
fn tokenizer(kind: &str, vocab: Value, added: Value) -> Value {
    json!({
        "version": "1.0",
        "truncation": null,
        "added_tokens": added,
        "normalizer": {"type": "Sequence", "normalizers": [{"model": {"vocab": {"no": 7}}}]},
        "model": {
            "type": kind,
            "dropout": null,
            "merges": ["a b", ["b", "c"]],
            "vocab": vocab,
            "unk_token": "<unk>",
        },
    })
}

fn added(id: u64, content: &str) -> Value {
    json!({
        "id": id, "content": content, "single_word": false, "lstrip": false, "rstrip": false,
        "normalized": false, "special": true,
    })
}

fn rows(vocabulary: &Vocabulary, tokens: &[&str]) -> Vec<Option<u32>> {
    tokens.iter().map(|token| vocabulary.row(token)).collect()
}

#[test]
fn tokenizers_of_every_kind_say_which_row_a_token_has() {
    let object = json!({"<unk>": 0, "▁b": 2, "a\"\\\n\u{1}😀": 1, "": 3});
    let array = json!([
        ["<unk>", 0.0],
        ["a\"\\\n\u{1}😀", -1.5],
        ["▁b", -2],
        ["", -1e300]
    ]);
    for (kind, vocab) in [
        ("BPE", &object),
        ("WordPiece", &object),
        ("WordLevel", &object),
        ("Unigram", &array),
    ] {
        let special = json!([added(0, "<unk>"), added(6, "<|im_end|>")]);
        let vocabulary = parse(&tokenizer(kind, vocab.clone(), special)).unwrap();
        let tokens = ["<unk>", "a\"\\\n\u{1}😀", "▁b", "", "<|im_end|>", "no", "c"];
        let [some, none] = [Some, |_| None];
        let right = [some(0), some(1), some(2), some(3), some(6), none(0), None];
        assert_eq!(rows(&vocabulary, &tokens), right, "{kind}");
        assert_eq!((vocabulary.len(), vocabulary.rows()), (5, 7));
        assert_eq!(vocabulary.token_of(2), Some("▁b"));
        for row in [4, 5, 7, u64::MAX, 1 << 32] {
            assert_eq!(vocabulary.token_of(row), None, "{row}");
        }
    }
}

/// Wherever the keys stand: a file may have the model first.
#[test]
fn a_token_of_the_model_keeps_its_row_when_it_is_added_too() {
    let json = br#"{"model":{"vocab":{"a":0,"b":1,"<pad>":2,"c":3}},
        "added_tokens":[{"id":4,"content":"<|im_start|>"},{"id":9,"content":"<pad>"},
            {"id":3,"content":"c"},{"id":4,"content":"<|im_start|>"},{"id":1,"content":""}]}"#;
    let vocabulary = Vocabulary::parse(json).unwrap();
    let found = rows(&vocabulary, &["a", "b", "<|im_start|>", "<pad>", "c", ""]);
    assert_eq!(found, [Some(0), Some(1), Some(4), Some(2), Some(3), None]);
    assert_eq!(vocabulary.token_of(9), None);
    assert_eq!(vocabulary.len(), 5);
}

#[test]
fn a_large_vocabulary_is_found_whole() {
    let tokens: Vec<String> = (0..50_000)
        .map(|i| format!("t{}", i * 7919 % 50_000))
        .collect();
    let vocab = tokens.iter().enumerate();
    let vocab: serde_json::Map<_, _> = vocab.map(|(row, t)| (t.clone(), row.into())).collect();
    let vocabulary = parse(&tokenizer("BPE", vocab.into(), json!([]))).unwrap();
    for (row, token) in tokens.iter().enumerate() {
        assert_eq!(vocabulary.row(token), Some(row as u32));
        assert_eq!(vocabulary.token_of(row as u64), Some(token.as_str()));
    }
}

#[test]
fn what_is_no_vocabulary_is_told() {
    let bpe = |vocab, added| tokenizer("BPE", vocab, added).to_string();
    for (json, words) in [
        (String::new(), "as a tokenizer (EOF"),
        ("[]".into(), "has no vocabulary"),
        ("{} {}".into(), "trailing characters"),
        ("{}".into(), "has no vocabulary"),
        (r#"{"model":{"type":"BPE"}}"#.into(), "has no vocabulary"),
        (r#"{"model":null}"#.into(), "has no vocabulary"),
        (bpe(json!({}), json!([])), "has no vocabulary"),
        (bpe(json!("a"), json!([])), "expected a vocabulary"),
        (bpe(json!({"a": -1}), json!([])), "-1"),
        (bpe(json!({"a": 1.5}), json!([])), "1.5"),
        (bpe(json!({"a": "b"}), json!([])), "invalid type: string"),
        (
            bpe(json!({"a": 1u64 << 32}), json!([])),
            "gives the token `a` a row far beyond",
        ),
        (
            bpe(json!({"a": u32::MAX}), json!([])),
            "gives the token `a` a row far beyond",
        ),
        (
            bpe(json!({"a": 9000}), json!([])),
            "a row far beyond all others",
        ),
        (
            bpe(json!({"a": 0}), json!([added(1 << 40, "b")])),
            "gives the token `b` a row far beyond",
        ),
        (
            bpe(json!({"a": 3, "b": 3}), json!([])),
            "gives one row to two tokens",
        ),
        (
            bpe(json!([["a"], []]), json!([])),
            "expected a tuple of size 2",
        ),
        (
            bpe(json!([["a", 0], ["b", 0], ["a", 0]]), json!([])),
            "the token `a` twice",
        ),
        (
            bpe(json!([["a", 0], "b"]), json!([])),
            "expected a tuple of size 2",
        ),
        (
            r#"{"model":{"vocab":{"a":0,"a":1}}}"#.into(),
            "the token `a` twice",
        ),
        (
            bpe(json!({"a": 0, "b": 1}), json!([added(1, "c")])),
            "two tokens, `b` and `c`",
        ),
        (
            bpe(json!({}), json!([added(1, "b"), added(1, "c")])),
            "two tokens, `b` and `c`",
        ),
        (
            bpe(json!({}), json!([added(1, "b"), added(2, "b")])),
            "the token `b` twice",
        ),
        (
            bpe(json!({"a": 0}), json!({"b": 1})),
            "its added tokens are none",
        ),
    ] {
        let error = Vocabulary::parse(json.as_bytes()).unwrap_err().to_string();
        assert!(error.contains(words), "{words}: {error}");
        assert!(error.starts_with("its `tokenizer.json` "), "{error}");
    }
    let broken = [
        &b"{\"model\":{\"vocab\":{\"\xff\":0}}}"[..],
        b"\xff\xfe{\x00}\x00",
    ];
    for bytes in broken {
        assert!(matches!(
            Vocabulary::parse(bytes),
            Err(VocabularyError::Json(_))
        ));
    }
}

/// A file that only says how large it is.
struct Huge(u64);

impl Source for Huge {
    type Stream = Never;

    fn path(&self) -> &str {
        "tokenizer.json"
    }

    fn size(&self) -> u64 {
        self.0
    }

    fn stream(&self, _range: Range<u64>) -> Never {
        Never
    }
}

struct Never;

impl Stream for Never {
    async fn fill(&mut self, _buffer: &mut [u8]) -> Result<(), ReadError> {
        Err(ReadError::Platform("unplugged".into()))
    }
}

#[test]
fn a_file_that_is_too_large_or_gone_is_told() {
    let read = |size| pollster::block_on(Vocabulary::read(&Huge(size))).unwrap_err();
    let error = read(MAX_SIZE + 1);
    assert_eq!(error, VocabularyError::TooLarge(200_000_001));
    assert!(error.to_string().contains("200.00 MB"), "{error}");
    assert!(read(9).to_string().contains("unplugged"));
    let json = tokenizer("BPE", json!({"a": 0}), json!([])).to_string();
    let file = Memory::new("tokenizer.json", json.into_bytes());
    let vocabulary = pollster::block_on(Vocabulary::read(&file)).unwrap();
    assert_eq!(vocabulary.row("a"), Some(0));
}
