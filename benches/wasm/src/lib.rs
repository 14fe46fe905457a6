//! The library's reader and kernels, each alone, for the bench's page.

#![cfg(target_arch = "wasm32")]

use chat_vector::dtype::Float;
use chat_vector::kernel::sums::Sums;
use chat_vector::kernel::{self, Chat, Operand, Output};
use chat_vector::source::{Source, Stream};
use chat_vector::web::file::{self, ByteStreams, WebFile};
use wasm_bindgen::prelude::*;

/// Bytes that the engine reads of each BF16 model at once.
const CHUNK: usize = 128 * 1024;
/// Elements that fit into the processor's cache with all operands.
const ELEMENTS: usize = 16 * 1024;

/// Reads files side by side into wasm memory, with the reader that a merge has.
#[wasm_bindgen]
pub async fn drain(
    files: Vec<web_sys::File>,
    #[wasm_bindgen(unchecked_param_type = "ByteStreams")] streams: JsValue,
) -> Result<(), JsValue> {
    let streams: ByteStreams = streams.unchecked_into();
    let open = |file: web_sys::File| {
        let file = WebFile::new(file, String::new(), streams.clone());
        let size = file.size();
        (file.stream(0..size), size)
    };
    let mut streams: Vec<_> = files.into_iter().map(open).collect();
    let mut chunk = vec![0; CHUNK];
    while streams.iter().any(|(_, left)| *left > 0) {
        for (stream, left) in &mut streams {
            let len = CHUNK.min(usize::try_from(*left).unwrap_or(CHUNK));
            let filled = stream.fill(&mut chunk[..len]).await;
            filled.map_err(|error| JsValue::from_str(&error.to_string()))?;
            *left -= len as u64;
        }
    }
    drop(streams);
    file::release_buffers();
    Ok(())
}

/// Merges the same elements in the processor's cache again and again, until `bytes` of input and
/// output have gone through the kernel; with `sums` what is merged is summed up as well.
#[wasm_bindgen]
pub fn kernel(dtype: &str, vectors: usize, sums: bool, bytes: f64) {
    let float = match dtype {
        "BF16" => Float::BF16,
        "F16" => Float::F16,
        _ => Float::F32,
    };
    let operands: Vec<Vec<u8>> = (0..vectors + 2).map(|seed| weights(float, seed)).collect();
    let operand = |i: usize| Operand {
        float,
        bytes: &operands[i],
    };
    let chats: Vec<Chat> = (0..vectors)
        .map(|i| Chat::new(operand(2 + i), 0.7))
        .collect();
    let mut out = vec![0; ELEMENTS * float.width()];
    let each = (ELEMENTS * float.width() * (vectors + 3)) as f64;
    let (target, base) = (operand(0), operand(1));
    let mut summed = Sums::new(vectors);
    for _ in 0..(bytes / each).ceil() as u64 {
        let bytes = &mut out;
        kernel::merge(target, base, &chats, Output { float, bytes });
        if sums {
            let out = Operand { float, bytes: &out };
            summed.add(Some(target), base, &chats, out);
        }
    }
    std::hint::black_box(&summed);
    std::hint::black_box(&out);
}

/// Weights about as they are in models: mostly normal numbers, around 0.02.
fn weights(float: Float, seed: usize) -> Vec<u8> {
    let mut state = seed as u32 + 1;
    let values: Vec<u8> = (0..ELEMENTS)
        .flat_map(|_| {
            let mut sum = 0.0;
            for _ in 0..4 {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                sum += (state >> 8) as f32 / (1 << 24) as f32 - 0.5;
            }
            (0.035 * sum).to_le_bytes()
        })
        .collect();
    let from = Operand {
        float: Float::F32,
        bytes: &values,
    };
    let mut bytes = vec![0; ELEMENTS * float.width()];
    kernel::convert(
        from,
        Output {
            float,
            bytes: &mut bytes,
        },
    );
    bytes
}
