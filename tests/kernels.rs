//! Every kernel against plain arithmetic, bit for bit: natively, and as wasm
//! with and without simd128.

use chat_vector::dtype::Float;
use chat_vector::kernel::count::Counts;
use chat_vector::kernel::{self, Chat, Operand, Output};
use half::{bf16, f16};

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// What a number is, widened exactly.
fn widen(float: Float, bytes: &[u8]) -> f64 {
    match float {
        Float::BF16 => bf16::from_le_bytes(bytes.try_into().unwrap()).to_f64(),
        Float::F16 => f16::from_le_bytes(bytes.try_into().unwrap()).to_f64(),
        Float::F32 => f32::from_le_bytes(bytes.try_into().unwrap()).into(),
        Float::F64 => f64::from_le_bytes(bytes.try_into().unwrap()),
    }
}

/// The number of a 16-bit or wider dtype that is nearest to `x`, by
/// definition: of the two neighbours in the dtype's own order of bits, the
/// closer one, of two as close the even one. Slow and plain.
fn round(float: Float, x: f64) -> u64 {
    let (sign_bit, infinity): (u64, u64) = match float {
        Float::BF16 => (1 << 15, 0x7f80),
        Float::F16 => (1 << 15, 0x7c00),
        Float::F32 => (1 << 31, 0x7f80_0000),
        Float::F64 => (1 << 63, 0x7ff0_0000_0000_0000),
    };
    if x.is_nan() {
        let quiet = infinity | (infinity & (!infinity + 1)) >> 1;
        return quiet;
    }
    let magnitude = match float {
        Float::F64 => x.abs().to_bits(),
        _ => {
            let value = |bits: u64| widen(float, &bits.to_le_bytes()[..float.width()]);
            // The largest number that is not above |x|, by bisection.
            let (mut low, mut high) = (0, infinity);
            while high - low > 1 {
                let middle = (low + high) / 2;
                if value(middle) <= x.abs() {
                    low = middle;
                } else {
                    high = middle;
                }
            }
            if x.is_infinite() {
                infinity
            } else {
                // Overflow rounds as if the exponent went on.
                let above = if high == infinity {
                    2.0 * value(low) - value(low - 1)
                } else {
                    value(high)
                };
                let (down, up) = (x.abs() - value(low), above - x.abs());
                if down < up || (down == up && low % 2 == 0) {
                    low
                } else {
                    high
                }
            }
        }
    };
    magnitude | if x.is_sign_negative() { sign_bit } else { 0 }
}

fn encode(float: Float, bits: u64) -> Vec<u8> {
    bits.to_le_bytes()[..float.width()].to_vec()
}

/// The merge as the formula says, one element at a time.
fn plain(
    target: (Float, &[u8]),
    base: (Float, &[u8]),
    chats: &[(Float, &[u8], f64)],
    out: Float,
) -> Vec<u8> {
    let double = [target.0, base.0, out].contains(&Float::F64)
        || chats.iter().any(|chat| chat.0 == Float::F64);
    let element = |(float, bytes): (Float, &[u8]), i: usize| {
        widen(float, &bytes[i * float.width()..][..float.width()])
    };
    let count = target.1.len() / target.0.width();
    (0..count)
        .flat_map(|i| {
            let (t, b) = (element(target, i), element(base, i));
            let sum = if double {
                chats.iter().fold(t, |sum, &(float, bytes, weight)| {
                    sum + weight * (element((float, bytes), i) - b)
                })
            } else {
                let sum = chats.iter().fold(t as f32, |sum, &(float, bytes, weight)| {
                    sum + weight as f32 * (element((float, bytes), i) as f32 - b as f32)
                });
                f64::from(sum)
            };
            encode(out, round(out, sum))
        })
        .collect()
}

fn assert_same(actual: &[u8], expected: &[u8], float: Float, what: &str) {
    assert_eq!(actual.len(), expected.len(), "{what}");
    let width = float.width();
    for (i, (a, e)) in actual.chunks(width).zip(expected.chunks(width)).enumerate() {
        assert_eq!(a, e, "{what}, element {i}");
    }
}

/// Both backends of this build.
type Merge = fn(Operand, Operand, &[Chat], Output) -> Counts;
const BACKENDS: [(&str, Merge); 2] = [("best", kernel::merge), ("scalar", kernel::merge_scalar)];

/// Numbers at which rounding, overflow or special cases change.
fn edges() -> Vec<f32> {
    let power = |exponent| 2f32.powi(exponent);
    let beside = |x: f32| [x, x.next_down(), x.next_up()];
    let mut edges = vec![
        0.0,
        1.0,
        0.02,
        1e5,
        1e-40,
        f32::MAX,
        f32::INFINITY,
        f32::from_bits(1),
        f32::NAN,
        f32::from_bits(0x7f80_0001), // a signalling NaN
    ];
    edges.extend(beside(1.0 + power(-8))); // a tie between bfloat16s
    edges.extend(beside(1.0 + power(-11))); // a tie between f16s
    edges.extend(beside(65520.0)); // from here on f16 overflows
    edges.extend(beside(f32::from_bits(0x7f7f_8000))); // and bfloat16
    edges.extend(beside(f32::MIN_POSITIVE));
    edges.extend(beside(power(-14))); // the smallest normal f16
    edges.extend(beside(power(-24))); // the smallest f16
    edges.extend(beside(power(-25))); // half of it
    edges.extend(edges.clone().iter().map(|x| -x));
    edges
}

/// Deterministic bits that look random.
fn noise(seed: u64) -> impl Iterator<Item = u64> {
    let mut state = seed;
    std::iter::repeat_with(move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    })
}

/// Elements of `float`: weights as in a model, edges, and arbitrary bits.
fn elements(float: Float, count: usize, seed: u64) -> Vec<u8> {
    let edges = edges();
    noise(seed)
        .take(count)
        .flat_map(|bits| match bits % 4 {
            0 => encode(float, bits >> 2),
            1 => {
                let edge = edges[(bits >> 2) as usize % edges.len()];
                encode(float, round(float, f64::from(edge)))
            }
            _ => {
                let weight = ((bits >> 16) as u32 as f64 / 2f64.powi(32) - 0.5) * 0.1;
                encode(float, round(float, weight))
            }
        })
        .collect()
}

/// `bytes` at an odd address.
fn unaligned(bytes: &[u8]) -> Vec<u8> {
    let mut shifted = vec![0xaa];
    shifted.extend_from_slice(bytes);
    shifted
}

/// All 65,536 patterns widen as `half` widens them; NaN becomes the canonical one.
#[test]
fn all_16_bit_patterns_widen_exactly() {
    for float in [Float::BF16, Float::F16] {
        let source: Vec<u8> = (0..=u16::MAX).flat_map(u16::to_le_bytes).collect();
        let expected: Vec<u8> = (0..=u16::MAX)
            .flat_map(|bits| {
                let value = match float {
                    Float::BF16 => bf16::from_bits(bits).to_f32(),
                    _ => f16::from_bits(bits).to_f32(),
                };
                let value = if value.is_nan() {
                    f32::from_bits(0x7fc0_0000)
                } else {
                    value
                };
                value.to_le_bytes()
            })
            .collect();
        let from = Operand {
            float,
            bytes: &source,
        };
        for (name, merge) in BACKENDS {
            let mut out = vec![0; expected.len()];
            merge(
                from,
                from,
                &[],
                Output {
                    float: Float::F32,
                    bytes: &mut out,
                },
            );
            assert_same(&out, &expected, Float::F32, &format!("{name} {float:?}"));
        }
    }
}

/// Around each of the 65,536 patterns: itself, and the ties on both sides with
/// their neighbours, rounded as `half` rounds them and by definition.
#[test]
fn rounding_to_16_bits_is_to_nearest_even() {
    for float in [Float::BF16, Float::F16] {
        let mut values = Vec::new();
        for bits in 0..=u16::MAX {
            let value = match float {
                Float::BF16 => bf16::from_bits(bits).to_f32(),
                _ => f16::from_bits(bits).to_f32(),
            };
            let next = match float {
                Float::BF16 => bf16::from_bits(bits.wrapping_add(1)).to_f32(),
                _ => f16::from_bits(bits.wrapping_add(1)).to_f32(),
            };
            let tie = ((f64::from(value) + f64::from(next)) / 2.0) as f32;
            let beside = |step: u32| f32::from_bits(tie.to_bits().wrapping_add(step));
            values.extend([value, tie, beside(1), beside(u32::MAX)]);
        }
        let source: Vec<u8> = values.iter().flat_map(|x| x.to_le_bytes()).collect();
        let by_half: Vec<u8> = values
            .iter()
            .flat_map(|&x| match float {
                _ if x.is_nan() => encode(float, round(float, f64::NAN)),
                Float::BF16 => bf16::from_f32(x).to_le_bytes().to_vec(),
                _ => f16::from_f32(x).to_le_bytes().to_vec(),
            })
            .collect();
        let by_definition: Vec<u8> = values
            .iter()
            .flat_map(|&x| encode(float, round(float, f64::from(x))))
            .collect();
        assert_same(
            &by_half,
            &by_definition,
            float,
            "half against the definition",
        );
        let from = Operand {
            float: Float::F32,
            bytes: &source,
        };
        for (name, merge) in BACKENDS {
            let mut out = vec![0; by_half.len()];
            merge(
                from,
                from,
                &[],
                Output {
                    float,
                    bytes: &mut out,
                },
            );
            assert_same(&out, &by_half, float, &format!("{name} {float:?}"));
        }
    }
}

/// Every dtype of target, base, chat and output: 256 mixes, on edge cases and
/// arbitrary bits, with two chat models, which have a loop of their own, and
/// with three.
#[test]
fn every_mix_of_dtypes_equals_plain_arithmetic() {
    const COUNT: usize = 531; // no multiple of any number of lanes
    for (mix, [t, b, c, o]) in mixes().enumerate() {
        let seed = mix as u64 * 10;
        let target = elements(t, COUNT, seed);
        let base = elements(b, COUNT, seed + 1);
        let first = elements(c, COUNT, seed + 2);
        let second = elements(t, COUNT, seed + 3);
        let third = elements(c, COUNT, seed + 4);
        let vectors = [
            (c, &first[..], 0.7),
            (t, &second[..], -1.25),
            (c, &third[..], 0.3),
        ];
        for vectors in [&vectors[..2], &vectors[..]] {
            let expected = plain((t, &target), (b, &base), vectors, o);
            let chats: Vec<Chat> = vectors
                .iter()
                .map(|&(float, bytes, weight)| Chat::new(Operand { float, bytes }, weight))
                .collect();
            for (name, merge) in BACKENDS {
                let mut out = vec![0xaa; COUNT * o.width()];
                merge(
                    Operand {
                        float: t,
                        bytes: &target,
                    },
                    Operand {
                        float: b,
                        bytes: &base,
                    },
                    &chats,
                    Output {
                        float: o,
                        bytes: &mut out,
                    },
                );
                let many = chats.len();
                let what = format!("{name}: {t:?} + {many} ({c:?} − {b:?}) → {o:?}");
                assert_same(&out, &expected, o, &what);
            }
        }
    }
}

fn mixes() -> impl Iterator<Item = [Float; 4]> {
    (0..256).map(|n| [n, n >> 2, n >> 4, n >> 6].map(|i| Float::ALL[i & 3]))
}

/// Lengths around a group of lanes, at addresses that are not aligned.
#[test]
fn any_length_at_any_address() {
    for float in [Float::BF16, Float::F16, Float::F32] {
        for count in 0..40 {
            let bytes: Vec<Vec<u8>> = (0..3)
                .map(|seed| unaligned(&elements(float, count, seed + 100)))
                .collect();
            let [target, base, chat] = [&bytes[0][1..], &bytes[1][1..], &bytes[2][1..]];
            let expected = plain((float, target), (float, base), &[(float, chat, 1.0)], float);
            for (name, merge) in BACKENDS {
                let mut out = vec![0xaa; 1 + expected.len()];
                let operand = |bytes| Operand { float, bytes };
                let chats = [Chat::new(operand(chat), 1.0)];
                let bytes = &mut out[1..];
                merge(
                    operand(target),
                    operand(base),
                    &chats,
                    Output { float, bytes },
                );
                let what = format!("{name} {float:?} × {count}");
                assert_same(&out[1..], &expected, float, &what);
                assert_eq!(out[0], 0xaa, "{what}: wrote before its output");
            }
        }
    }
}

/// λ is rounded to f32, and products and sums are never fused: here a fused
/// multiply-add, or λ kept in f64, would give other bits.
#[test]
fn no_operation_is_fused() {
    let (t, b, c) = (1.0f32, 0.0f32, 1.0f32 + f32::EPSILON);
    let lambda = 0.1f64;
    let unfused = t + lambda as f32 * (c - b);
    let fused = (lambda as f32).mul_add(c - b, t);
    let values: Vec<(f32, f32, f32)> = (0..64)
        .map(|i| (t + i as f32 * 0.37, b, c + i as f32 * 0.11))
        .collect();
    let any_differs = values
        .iter()
        .any(|&(t, b, c)| t + lambda as f32 * (c - b) != (lambda as f32).mul_add(c - b, t));
    assert!(
        any_differs || unfused != fused,
        "the inputs must tell the two apart"
    );
    let bytes = |pick: fn(&(f32, f32, f32)) -> f32| -> Vec<u8> {
        values.iter().flat_map(|v| pick(v).to_le_bytes()).collect()
    };
    let (target, base, chat) = (bytes(|v| v.0), bytes(|v| v.1), bytes(|v| v.2));
    let operand = |bytes| Operand {
        float: Float::F32,
        bytes,
    };
    for (name, merge) in BACKENDS {
        let mut out = vec![0; target.len()];
        let chats = [Chat::new(operand(&chat), lambda)];
        let output = Output {
            float: Float::F32,
            bytes: &mut out,
        };
        merge(operand(&target), operand(&base), &chats, output);
        for (actual, &(t, b, c)) in out.chunks(4).zip(&values) {
            let expected = t + lambda as f32 * (c - b);
            assert_eq!(actual, expected.to_le_bytes(), "{name}");
        }
    }
}

/// Merges with both backends, `weights` of the chat models after target and
/// base, and compares bytes and counts with plain arithmetic.
fn check(what: &str, float: Float, models: &[Vec<u8>], weights: &[f64], out: Float) {
    let [target, base, chats @ ..] = models else {
        panic!("no target or no base")
    };
    let chats: Vec<_> = chats
        .iter()
        .zip(weights)
        .map(|(chat, &weight)| (float, &chat[..], weight))
        .collect();
    let expected = plain((float, target), (float, base), &chats, out);
    let numbers = expected.chunks(out.width()).map(|x| widen(out, x));
    let counted = Counts {
        nan: numbers.clone().filter(|x| x.is_nan()).count() as u64,
        infinite: numbers.filter(|x| x.is_infinite()).count() as u64,
    };
    let operand = |bytes| Operand { float, bytes };
    let chats: Vec<_> = chats
        .iter()
        .map(|&(_, bytes, weight)| Chat::new(operand(bytes), weight))
        .collect();
    for (name, merge) in BACKENDS {
        let mut bytes = vec![0xaa; expected.len()];
        let output = Output {
            float: out,
            bytes: &mut bytes,
        };
        let counts = merge(operand(target), operand(base), &chats, output);
        let what = format!("{name}: {what}, {float:?} → {out:?}");
        assert_same(&bytes, &expected, out, &what);
        assert_eq!(counts, counted, "{what}");
    }
    let merged = Operand {
        float: out,
        bytes: &expected,
    };
    assert_eq!(kernel::nonfinite(merged), counted, "{what}, counted again");
}

/// Only finite numbers, as in nearly every model, and one that is none, or a
/// sum that overflows, at each place in turn.
#[test]
fn finite_results_and_one_that_is_not() {
    const COUNT: usize = 45; // no multiple of any number of lanes
    const FLOATS: [Float; 3] = [Float::BF16, Float::F16, Float::F32];
    let largest = |float| match float {
        Float::F16 => 65504.0,
        Float::BF16 => f64::from(bf16::MAX.to_f32()),
        _ => f64::from(f32::MAX),
    };
    for (float, out) in FLOATS.iter().flat_map(|&a| FLOATS.map(|b| (a, b))) {
        let small = |seed| -> Vec<u8> {
            noise(seed)
                .take(COUNT)
                .flat_map(|bits| {
                    let fraction = (bits >> 32) as f64 / 2f64.powi(31) - 1.0;
                    let scale = [0.0, 1e-42, 2f64.powi(-24), 2f64.powi(-14), 0.02, 300.0];
                    let x = fraction * scale[(bits % 6) as usize];
                    encode(float, round(float, x))
                })
                .collect()
        };
        for weights in [&[][..], &[0.7], &[0.7, -0.3], &[0.7, -0.3, 1.1]] {
            let models: Vec<Vec<u8>> = (0..2 + weights.len() as u64).map(small).collect();
            check("finite", float, &models, weights, out);
            let special = [
                f64::NAN,
                f64::INFINITY,
                -f64::INFINITY,
                largest(float),
                65520.0, // the least number that overflows in f16
            ];
            for (at, x) in (0..COUNT).flat_map(|at| special.map(|x| (at, x))) {
                let mut models = models.clone();
                // In the chat model the largest number overflows together with
                // the target's; without one the target's alone does.
                for model in [0, models.len() - 1] {
                    let bytes = &mut models[model][at * float.width()..][..float.width()];
                    bytes.copy_from_slice(&encode(float, round(float, x)));
                }
                check(&format!("{x} at {at}"), float, &models, weights, out);
            }
        }
    }
}

/// Normal f16 numbers whose sums lie around all of f16's limits.
#[test]
fn normal_f16_numbers_around_the_limits_of_normal_results() {
    let normal = |bits: u64| (bits as u16 & 0x83ff) | (((bits >> 16) % 30 + 1) << 10) as u16;
    let limits = [
        0x0400, 0x0401, 0x07ff, 0x7bff, 0x7bfe, 0x3c00, 0x8400, 0xfbff,
    ];
    let mut bits = noise(7);
    let mut next = || bits.next().unwrap_or_default();
    for lambda in [1.0, -1.0, 0.5, 0.7, 1.0 / 2048.0, 3.0] {
        // Each group on its own: where one result is infinite all are made anew.
        for group in 0..2048 {
            let mut models = [Vec::new(), Vec::new(), Vec::new()];
            for lane in 0..8 {
                // One lane is a limit with a small change; the others are
                // weights, so that it alone decides about its group.
                let is_limit = lane == group % 8;
                let [target, base, chat] = if is_limit {
                    let limit = limits[next() as usize % limits.len()];
                    let base = normal(next());
                    let near = (base & 0x7fff) ^ (next() % 4) as u16;
                    let near = (base & 0x8000) | near.clamp(0x0400, 0x7bff);
                    [limit, base, near]
                } else {
                    [0x2800, 0x2801, 0x2803].map(|weight| weight + (next() % 512) as u16)
                };
                for (model, bits) in models.iter_mut().zip([target, base, chat]) {
                    model.extend_from_slice(&bits.to_le_bytes());
                }
            }
            let what = format!("group {group}, λ = {lambda}");
            check(&what, Float::F16, &models, &[lambda], Float::F16);
        }
    }
}

/// A vector is what is left of a chat model once a base of zeros is subtracted.
#[test]
fn vectors_are_added_as_they_are() {
    for float in Float::ALL {
        let [target, base, vector, chat] = [1, 2, 3, 4].map(|seed| elements(float, 1003, seed));
        let zeros = vec![0; base.len()];
        let operand = |bytes| Operand { float, bytes };
        let is_vector = true;
        for (name, merge) in BACKENDS {
            let run = |base, chats: &[Chat]| {
                let mut bytes = vec![0xaa; target.len()];
                let out = &mut bytes[..];
                merge(
                    operand(&target),
                    operand(base),
                    chats,
                    Output { float, bytes: out },
                );
                bytes
            };
            let model = Chat::new(operand(&vector), -1.5);
            let vector = Chat { is_vector, ..model };
            assert_eq!(
                run(&base, &[vector]),
                run(&zeros, &[model]),
                "{name} {float:?}"
            );

            // Beside a chat model: the vector's part, and then the model's, in one sum.
            let chat = Chat::new(operand(&chat), 0.5);
            let both = run(&base, &[vector, chat]);
            assert_ne!(both, run(&base, &[model, chat]), "{name} {float:?}");
            if float == Float::F32 {
                let at = |bytes: &[u8], i: usize| {
                    f32::from_le_bytes(bytes[i..i + 4].try_into().unwrap())
                };
                for i in (0..target.len()).step_by(4) {
                    let vector = -1.5 * at(vector.operand.bytes, i);
                    let chat = 0.5 * (at(chat.operand.bytes, i) - at(&base, i));
                    let sum = at(&target, i) + vector + chat;
                    let right = if sum.is_nan() {
                        0x7fc0_0000
                    } else {
                        sum.to_bits()
                    };
                    assert_eq!(at(&both, i).to_bits(), right, "{name} {i}");
                }
            }
        }
    }
}
