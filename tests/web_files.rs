//! Files, a session, and Blobs as output: what every browser has, in a page and in a worker.
#![cfg(target_arch = "wasm32")]

mod web;

use chat_vector::recipe::Recipe;
use chat_vector::sink::{Sink, WriteError};
use chat_vector::source::{ReadError, Source, Stream};
use chat_vector::web::Session;
use chat_vector::web::file::ByteStreams;
use futures_util::future::join;
use js_sys::{Array, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::web::*;

/// Through byte streams, and as slices where the browser has none.
#[wasm_bindgen_test]
async fn a_file_is_read_in_pieces_of_any_size() {
    let none = js_sys::eval("({ open: () => null })").unwrap();
    for streams in [streams(), none.unchecked_into()] {
        read_in_pieces_of_any_size(streams).await;
    }
}

async fn read_in_pieces_of_any_size(streams: ByteStreams) {
    let content = content();
    let file = web_file_through(&content, streams);
    assert_eq!((file.name(), file.size()), ("f.bin", SIZE as u64));
    // Across blocks, and as one slice.
    for range in [1..SIZE, 5..SIZE - 5, 100..70_000, 7..7] {
        let mut stream = file.stream(range.start as u64..range.end as u64);
        let mut at = range.start;
        for len in [1, 13, 65_536, 5 * 1024 * 1024, SIZE] {
            let mut buffer = vec![0; len.min(range.end - at)];
            stream.fill(&mut buffer).await.unwrap();
            assert!(
                buffer == content[at..at + buffer.len()],
                "{range:?} at {at}"
            );
            at += buffer.len();
        }
        assert_eq!(at, range.end);
        assert_eq!(stream.fill(&mut [0]).await, Err(ReadError::EndedEarly));
    }
    // Small reads, which share what was copied out of a block, and a large one now and then.
    let mut stream = file.stream(3..SIZE as u64);
    let mut rest = &content[3..];
    for len in [4099, 13, 4099, 16_383, 20_000].into_iter().cycle() {
        let mut buffer = vec![0; len.min(rest.len())];
        stream.fill(&mut buffer).await.unwrap();
        let (expected, after) = rest.split_at(buffer.len());
        assert!(buffer == expected, "{} bytes from the end", rest.len());
        rest = after;
        if rest.is_empty() {
            break;
        }
    }
}

/// A checkpoint with one F32 tensor of one value.
fn checkpoint(value: f32) -> Vec<u8> {
    let header = r#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#;
    let prefix = (header.len() as u64).to_le_bytes();
    [&prefix, header.as_bytes(), &value.to_le_bytes()].concat()
}

async fn open(session: &Session, model: u32, value: f32) {
    let parts = Array::of1(&Uint8Array::from(&checkpoint(value)[..]));
    let name = format!("{model}.safetensors");
    let file = web_sys::File::new_with_u8_array_sequence(&parts, &name).unwrap();
    session.open(model, vec![file], vec![name]).await.unwrap();
}

/// A merge of model 1 into model 0 as a Blob for each λ.
async fn merge(session: &Session, weights: &[f64]) -> Result<JsValue, JsValue> {
    let cast = js_sys::JSON::parse(r#"{"base":0,"target":null,"chats":[1]}"#).unwrap();
    let json = |text: String| js_sys::JSON::parse(&text).unwrap();
    let recipe = json(serde_json::to_string(&Recipe::new(vec![weights[0]])).unwrap());
    let series: Vec<[f64; 1]> = weights.iter().map(|&weight| [weight]).collect();
    let series = json(serde_json::to_string(&series).unwrap());
    // Before, as the page does.
    let planned = session.plan(cast.clone(), recipe.clone(), series.clone());
    planned.await.unwrap();
    let blob = |_: &f64| object(&[("kind", &"blob".into())]);
    let blobs = weights.iter().map(blob).collect();
    let ignore = js_sys::Function::new_no_args("");
    let (writer, offer) = (JsValue::NULL, ignore.clone());
    let merged = session.merge(cast, recipe, series, blobs, writer, ignore, offer);
    merged.await
}

/// The one value that each gives.
async fn merged(session: &Session, weights: &[f64]) -> Vec<f32> {
    let merged = merge(session, weights).await.unwrap();
    let outputs = Reflect::get(&merged, &"outputs".into()).unwrap();
    let mut values = Vec::new();
    for output in Array::from(&outputs).iter() {
        let saved = Reflect::get(&output, &"saved".into()).unwrap();
        let file = Reflect::get(&Array::from(&saved).get(0), &"file".into()).unwrap();
        let bytes = bytes_of(&file.unchecked_into()).await;
        values.push(f32::from_le_bytes(*bytes.last_chunk().unwrap()));
    }
    values
}

#[wasm_bindgen_test]
async fn one_merge_makes_an_output_for_each_weight() {
    let session = Session::new(streams().into());
    open(&session, 0, 1.0).await;
    open(&session, 1, 3.0).await;
    let values = merged(&session, &[0.5, 0.0, -1.0]).await;
    assert_eq!(values, [2.0, 1.0, -1.0]);
}

/// One merge at a time, whoever asks.
#[wasm_bindgen_test]
async fn a_second_merge_is_refused_while_one_runs() {
    let session = Session::new(streams().into());
    open(&session, 0, 1.0).await;
    open(&session, 1, 3.0).await;
    let (first, second) = join(merge(&session, &[1.0]), merge(&session, &[1.0])).await;
    assert!(first.is_ok());
    let message = Reflect::get(&second.unwrap_err(), &"message".into()).unwrap();
    let template = Reflect::get(&message, &"template".into()).unwrap();
    assert_eq!(template, "A merge is running already.");
    assert_eq!(
        merged(&session, &[1.0]).await,
        [3.0],
        "and the next one goes"
    );
}

/// A plan is kept between its showing and the merge, and never for anything else.
#[wasm_bindgen_test]
async fn a_merge_follows_the_models_and_the_recipe_of_its_time() {
    let session = Session::new(streams().into());
    open(&session, 0, 1.0).await;
    open(&session, 1, 3.0).await;
    assert_eq!(merged(&session, &[1.0]).await, [3.0]);
    assert_eq!(merged(&session, &[0.5]).await, [2.0], "another recipe");
    open(&session, 1, 9.0).await;
    assert_eq!(merged(&session, &[0.5]).await, [5.0], "another chat model");
    open(&session, 0, 5.0).await;
    assert_eq!(merged(&session, &[0.5]).await, [7.0], "another base");
}

#[wasm_bindgen_test]
async fn several_streams_of_one_file_do_not_mix() {
    let content = content();
    let file = web_file(&content);
    let half = SIZE / 2;
    let mut first = file.stream(0..half as u64);
    let mut second = file.stream(half as u64..SIZE as u64);
    let mut buffer = vec![0; 100_000];
    for i in 0..20 {
        let at = i * buffer.len();
        first.fill(&mut buffer).await.unwrap();
        assert!(buffer == content[at..at + buffer.len()]);
        second.fill(&mut buffer).await.unwrap();
        assert!(buffer == content[half + at..half + at + buffer.len()]);
    }
}

#[wasm_bindgen_test]
async fn without_a_private_disk_files_are_blobs() {
    let content = content();
    let mut merged = sink(&[("kind", &"blob".into())]).await;
    write_two(&mut merged, &content).await.unwrap();
    merged.commit().await.unwrap();
    for (saved, name) in merged.saved().await.unwrap().iter().zip(NAMES) {
        assert_eq!(saved.name, name);
        assert!(bytes_of(saved.file.as_ref().unwrap()).await == content);
    }
}

/// A browser that runs out of memory makes Blobs all the same, and says so when they are read.
#[wasm_bindgen_test]
async fn a_blob_that_can_not_be_read_is_not_offered() {
    let broken = "
        globalThis.readable = Response.prototype.arrayBuffer;
        Response.prototype.arrayBuffer = () =>
            Promise.reject(new DOMException('It is gone.', 'NotReadableError'));
    ";
    js_sys::eval(broken).unwrap();
    let mut merged = sink(&[("kind", &"blob".into())]).await;
    let written = write_two(&mut merged, &[7; 1000]).await;
    js_sys::eval("Response.prototype.arrayBuffer = readable").unwrap();
    assert_eq!(written, Err(WriteError::Full(NAMES[0].into())));
}
