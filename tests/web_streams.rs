//! Byte streams that stall, where the browser has byte streams of Files.
#![cfg(target_arch = "wasm32")]

mod web;

use chat_vector::source::{Source, Stream};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::web::*;

/// Makes the browser's byte streams stall, and timers run 20 times faster, until it is
/// dropped: reads from the `first` on, so `many`, never come back.
struct Stall;

impl Stall {
    fn new(first: u32, many: u32) -> Self {
        let patch = format!(
            "globalThis.stall = {{
               read: ReadableStreamBYOBReader.prototype.read,
               setTimeout: globalThis.setTimeout.bind(globalThis),
               reads: 0,
               stalled: 0,
             }};
             ReadableStreamBYOBReader.prototype.read = function (...given) {{
               const result = stall.read.apply(this, given);
               stall.reads += 1;
               if (stall.reads < {first} || stall.reads >= {first} + {many}) return result;
               stall.stalled += 1;
               result.catch(() => {{}});
               return new Promise(() => {{}});
             }};
             globalThis.setTimeout = (then, ms) => stall.setTimeout(then, ms / 20);"
        );
        js_sys::eval(&patch).unwrap();
        Self
    }

    fn count(&self) -> f64 {
        js_sys::eval("stall.stalled").unwrap().as_f64().unwrap()
    }
}

impl Drop for Stall {
    fn drop(&mut self) {
        let mend = "ReadableStreamBYOBReader.prototype.read = stall.read;
                    globalThis.setTimeout = stall.setTimeout;";
        js_sys::eval(mend).unwrap();
    }
}

#[wasm_bindgen_test]
async fn a_stream_that_stalls_is_opened_anew_where_it_stood() {
    let content = content();
    let file = web_file(&content);
    for (first, many) in [(1, 1), (3, 1), (5, 3)] {
        let stall = Stall::new(first, many);
        let mut stream = file.stream(5..SIZE as u64);
        let mut bytes = vec![0; SIZE - 5];
        for piece in bytes.chunks_mut(700_000) {
            stream.fill(piece).await.unwrap();
        }
        assert!(bytes == content[5..], "after {many} stalls from {first} on");
        assert_eq!(stall.count(), f64::from(many));
    }
}

#[wasm_bindgen_test]
async fn a_stream_that_always_stalls_is_an_error() {
    let file = web_file(&content());
    let stall = Stall::new(2, 1000);
    let mut stream = file.stream(0..SIZE as u64);
    let failed = stream.fill(&mut vec![0; SIZE]).await.unwrap_err();
    assert!(
        failed.to_string().contains("the disk does not answer"),
        "{failed}"
    );
    assert_eq!(stall.count(), 8.0, "two reads of each of four streams");
}
