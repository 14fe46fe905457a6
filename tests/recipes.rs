//! The recipes that come with the page, as the page opens them.
#![cfg(not(target_arch = "wasm32"))]

use chat_vector::document::{self, Document};
use chat_vector::recipe::{ModelNames, OutputDtype, Recipe};
use std::fs;
use std::path::Path;

/// Each by its name, without folders.
fn recipes() -> Vec<(String, Document)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("www/public/recipes");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let read = |file: fs::DirEntry| {
        let name = file.file_name().into_string().unwrap();
        let text = fs::read_to_string(file.path()).unwrap();
        let document = Document::read(&text, document::from_json);
        let document = document.unwrap_or_else(|error| panic!("{name}: {error}"));
        (name, document)
    };
    files.map(read).collect()
}

#[test]
fn all_can_be_opened_by_their_links() {
    let recipes = recipes();
    assert!(!recipes.is_empty());
    for (name, document) in recipes {
        // What a link may name: see `www/src/state/recipe-link.ts`.
        let stem = name.strip_suffix(".json").unwrap_or_default();
        let may = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(!stem.is_empty() && stem.chars().all(may), "{name}");
        // Files are a person's own: a recipe for everybody names none.
        let without = Document {
            version: document.version.clone(),
            ..Document::without_models(&document.recipe)
        };
        assert_eq!(document, without, "{name}");
    }
}

#[test]
fn marconroni_is_the_base_with_two_vectors_in_f32() {
    let recipes = recipes();
    let (_, document) = recipes
        .iter()
        .find(|(name, _)| name == "marconroni.json")
        .unwrap();
    let right = Recipe {
        output_dtype: OutputDtype::F32,
        models: ModelNames {
            base: "mistralai/Mistral-7B-v0.1".to_owned(),
            target: String::new(),
            chats: vec!["neural-chat".to_owned(), "marcoroni".to_owned()],
        },
        ..Recipe::new(vec![1.0, 1.0])
    };
    assert_eq!(document.recipe, right);
}
