//! The sinks of the private disk and of the pickers' handles, in a worker of a browser that has a
//! private disk. Instead of the pickers' handles, those of the private disk, which are alike.
#![cfg(target_arch = "wasm32")]

mod web;

use chat_vector::sink::{Sink, WriteError};
use futures_util::FutureExt;
use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{FileSystemDirectoryHandle, FileSystemGetDirectoryOptions, WorkerGlobalScope};

use crate::web::*;

async fn root() -> FileSystemDirectoryHandle {
    let scope: WorkerGlobalScope = js_sys::global().unchecked_into();
    let root = scope.navigator().storage().get_directory();
    JsFuture::from(root).await.unwrap().unchecked_into()
}

async fn directory(name: &str) -> FileSystemDirectoryHandle {
    let options = FileSystemGetDirectoryOptions::new();
    options.set_create(true);
    let directory = root()
        .await
        .get_directory_handle_with_options(name, &options);
    JsFuture::from(directory).await.unwrap().unchecked_into()
}

async fn exists(directory: &FileSystemDirectoryHandle, name: &str) -> bool {
    JsFuture::from(directory.get_file_handle(name))
        .await
        .is_ok()
}

/// A file's bytes, read back through its handle.
async fn read_back(directory: &FileSystemDirectoryHandle, name: &str) -> Vec<u8> {
    let handle = JsFuture::from(directory.get_file_handle(name))
        .await
        .unwrap();
    let handle: web_sys::FileSystemFileHandle = handle.unchecked_into();
    let file: web_sys::File = JsFuture::from(handle.get_file())
        .await
        .unwrap()
        .unchecked_into();
    bytes_of(&file).await
}

#[wasm_bindgen_test]
async fn downloads_go_through_the_private_disk() {
    let content = content();
    let fields: [(&str, &JsValue); 2] = [
        ("kind", &"downloads".into()),
        ("directory", &"merge-a".into()),
    ];
    let mut merged = sink(&fields).await;
    write_two(&mut merged, &content).await.unwrap();
    merged.commit().await.unwrap();
    let saved = merged.saved().await.unwrap();
    assert_eq!(saved.len(), 2);
    for (saved, name) in saved.iter().zip(NAMES) {
        assert_eq!((saved.name.as_str(), saved.size), (name, SIZE as u64));
        assert!(bytes_of(saved.file.as_ref().unwrap()).await == content);
    }

    let mut dropped = sink(&fields).await;
    write_two(&mut dropped, &content).await.unwrap();
    dropped.create("full", 100, 0).await.unwrap();
    let refused = dropped.write(&[0; 50]).await;
    assert_eq!(refused, Err(WriteError::Full("full".into())));
    dropped.discard().await;
    let gone = JsFuture::from(root().await.get_directory_handle("merge-a")).await;
    assert!(gone.is_err(), "its directory should be removed");
}

/// With `each`, the first of two shards is offered and gone before the second
/// is there.
#[wasm_bindgen_test]
async fn a_shard_is_handed_over_before_the_next_is_written() {
    let content = content();
    let disk: [(&str, &JsValue); 3] = [
        ("kind", &"downloads".into()),
        ("directory", &"merge-each".into()),
        ("each", &true.into()),
    ];
    let memory: [(&str, &JsValue); 2] = [("kind", &"blob".into()), ("each", &true.into())];
    for fields in [&disk[..], &memory[..]] {
        js_sys::eval("globalThis.offered = []").unwrap();
        let mut merged = sink(fields).await;
        write_two(&mut merged, &content).await.unwrap();
        let offered: Array = js_sys::eval("offered").unwrap().unchecked_into();
        assert_eq!(offered.get(0), NAMES[0]);
        assert_eq!(offered.get(1), SIZE as f64);
        assert!(Uint8Array::new(&offered.get(2)).to_vec() == content);
        if fields.len() == disk.len() {
            let folder = directory("merge-each").await;
            assert!(!exists(&folder, NAMES[0]).await, "its space is given back");
            assert!(exists(&folder, NAMES[1]).await);
        }
        merged.commit().await.unwrap();
        let saved = merged.saved().await.unwrap();
        let names: Vec<_> = saved.iter().map(|saved| saved.name.as_str()).collect();
        assert_eq!(names, [NAMES[1]]);
    }
}

#[wasm_bindgen_test]
async fn a_chosen_folder_is_written_and_never_overwritten() {
    let content = content();
    let folder = directory("chosen").await;
    let fields: [(&str, &JsValue); 2] = [("kind", &"folder".into()), ("handle", &folder)];
    let mut merged = sink(&fields).await;
    write_two(&mut merged, &content).await.unwrap();
    merged.commit().await.unwrap();
    let saved = merged.saved().await.unwrap();
    assert!(saved.iter().all(|saved| saved.file.is_none()));
    for name in NAMES {
        assert!(read_back(&folder, name).await == content);
    }

    let mut again = sink(&fields).await;
    let refused = write_two(&mut again, &[1, 2, 3]).await;
    assert_eq!(refused, Err(WriteError::Exists(NAMES[0].into())));
    again.discard().await;
    for name in NAMES {
        assert!(
            read_back(&folder, name).await == content,
            "what was there stays"
        );
    }
}

#[wasm_bindgen_test]
async fn a_merge_into_a_chosen_folder_that_fails_leaves_nothing() {
    let folder = directory("failed").await;
    let mut merged = sink(&[("kind", &"folder".into()), ("handle", &folder)]).await;
    write_two(&mut merged, &[7; 1000]).await.unwrap();
    merged.create("third", 1000, 0).await.unwrap();
    merged.write(&[7; 500]).await.unwrap();
    merged.discard().await;
    for name in [NAMES[0], NAMES[1], "third"] {
        assert!(!exists(&folder, name).await, "{name}");
    }
}

/// Cancelled while the browser swaps the file in: it would be whole and stay.
#[wasm_bindgen_test]
async fn a_merge_into_a_chosen_folder_can_be_cancelled_in_its_last_moment() {
    let folder = directory("last-moment").await;
    let mut merged = sink(&[("kind", &"folder".into()), ("handle", &folder)]).await;
    merged.create(NAMES[0], 8, 0).await.unwrap();
    merged.write(&[7; 8]).await.unwrap();
    // Polls it until it waits for the browser to close, and gives it up there.
    for _ in 0..2 {
        assert!(merged.finish().now_or_never().is_none());
        let tick = js_sys::Promise::resolve(&JsValue::NULL);
        JsFuture::from(tick).await.unwrap();
    }
    merged.discard().await;
    assert!(!exists(&folder, NAMES[0]).await);
}
