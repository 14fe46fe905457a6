//! Sums over elements against plain f64, and both backends against each other, bit for bit:
//! natively, and as wasm with and without simd128.

use chat_vector::dtype::Float;
use chat_vector::kernel::count::Counts;
use chat_vector::kernel::sums::Sums;
use chat_vector::kernel::{self, Chat, Operand, Output};
use half::{bf16, f16};

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn widen(float: Float, bytes: &[u8]) -> Vec<f64> {
    bytes
        .chunks_exact(float.width())
        .map(|b| match float {
            Float::BF16 => bf16::from_le_bytes(b.try_into().unwrap()).to_f64(),
            Float::F16 => f16::from_le_bytes(b.try_into().unwrap()).to_f64(),
            Float::F32 => f32::from_le_bytes(b.try_into().unwrap()).into(),
            Float::F64 => f64::from_le_bytes(b.try_into().unwrap()),
        })
        .collect()
}

fn encode(float: Float, values: &[f64]) -> Vec<u8> {
    let narrow = |x: f64| -> Vec<u8> {
        match float {
            Float::BF16 => bf16::from_f32(x as f32).to_le_bytes().to_vec(),
            Float::F16 => f16::from_f32(x as f32).to_le_bytes().to_vec(),
            Float::F32 => (x as f32).to_le_bytes().to_vec(),
            Float::F64 => x.to_le_bytes().to_vec(),
        }
    };
    values.iter().flat_map(|&x| narrow(x)).collect()
}

/// Deterministic numbers that look random, from −1 to 1.
fn noise(seed: u64) -> impl Iterator<Item = f64> {
    let mut state = seed;
    std::iter::repeat_with(move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) as i64 as f64 / 2f64.powi(63)
    })
}

/// Models of one tensor: base, target and chat models that lie around the base.
#[derive(Clone)]
struct Case {
    floats: Vec<Float>,
    bytes: Vec<Vec<u8>>,
    has_target: bool,
    weights: Vec<f64>,
    out: Float,
}

impl Case {
    /// `scale`: that of the weights, the vectors' is a tenth of it.
    fn new(floats: &[Float], has_target: bool, out: Float, elements: usize, scale: f64) -> Self {
        let base: Vec<f64> = noise(1).take(elements).map(|x| x * scale).collect();
        let beside = |seed: u64, by: f64| -> Vec<f64> {
            let noise = noise(seed).zip(&base);
            noise.map(|(x, base)| base + x * by * scale).collect()
        };
        let weights = [0.7, -0.25, 1.5][..floats.len() - 2].to_vec();
        let values = [base.clone(), beside(2, 0.3)].into_iter();
        let values = values.chain((3..).map(|seed| beside(seed, 0.1)));
        Self {
            bytes: values.zip(floats).map(|(x, &of)| encode(of, &x)).collect(),
            floats: floats.to_vec(),
            has_target,
            weights,
            out,
        }
    }

    fn put(&mut self, model: usize, at: usize, x: f64) {
        let float = self.floats[model];
        let bytes = encode(float, &[x]);
        self.bytes[model][at * float.width()..][..float.width()].copy_from_slice(&bytes);
    }

    fn operand(&self, model: usize) -> Operand<'_> {
        Operand {
            float: self.floats[model],
            bytes: &self.bytes[model],
        }
    }

    fn target(&self) -> Option<Operand<'_>> {
        self.has_target.then(|| self.operand(1))
    }

    fn chats(&self) -> Vec<Chat<'_>> {
        let weights = self.weights.iter().enumerate();
        weights
            .map(|(i, &weight)| Chat::new(self.operand(2 + i), weight))
            .collect()
    }

    fn elements(&self) -> usize {
        self.bytes[0].len() / self.floats[0].width()
    }

    /// What the ordinary kernel makes of it.
    fn merged(&self) -> Vec<u8> {
        let mut bytes = vec![0xaa; self.elements() * self.out.width()];
        let output = Output {
            float: self.out,
            bytes: &mut bytes,
        };
        let target = self.target().unwrap_or(self.operand(0));
        kernel::merge(target, self.operand(0), &self.chats(), output);
        bytes
    }

    /// The sums as they are defined, in f64.
    fn plain(&self) -> Sums {
        let values: Vec<Vec<f64>> = (0..self.floats.len())
            .map(|model| widen(self.floats[model], &self.bytes[model]))
            .collect();
        let out = widen(self.out, &self.merged());
        let mut taking_part: Vec<usize> = (2..self.floats.len()).collect();
        taking_part.push(0);
        if self.has_target {
            taking_part.push(1);
        }
        let mut floats = taking_part
            .iter()
            .map(|&i| self.floats[i])
            .chain([self.out]);
        let double = floats.any(|float| float == Float::F64);
        let mut sums = Sums::new(self.weights.len());
        for i in 0..self.elements() {
            let base = values[0][i];
            let count = |x: f64, counts: &mut Counts| {
                counts.nan += u64::from(x.is_nan());
                counts.infinite += u64::from(x.is_infinite());
            };
            count(base, &mut sums.base_nonfinite);
            if self.has_target {
                count(values[1][i], &mut sums.target_nonfinite);
            }
            for (j, chat) in sums.chats.iter_mut().enumerate() {
                count(values[2 + j][i], &mut chat.nonfinite);
            }
            if taking_part
                .iter()
                .any(|&model| !values[model][i].is_finite())
            {
                continue;
            }
            let target = if self.has_target { values[1][i] } else { base };
            let vectors: Vec<f64> = values[2..].iter().map(|chat| chat[i] - base).collect();
            sums.elements += 1;
            sums.base += base * base;
            sums.target += (target - base).powi(2);
            let mut pairs = sums.pairs.iter_mut();
            for (j, chat) in sums.chats.iter_mut().enumerate() {
                chat.square += vectors[j] * vectors[j];
                chat.along += vectors[j] * (target - base);
                chat.largest = chat.largest.max(vectors[j].abs());
                for (k, pair) in (0..j).zip(&mut pairs) {
                    *pair += vectors[k] * vectors[j];
                }
            }
            let exact = if double {
                let vectors = vectors.iter().zip(&self.weights);
                vectors.fold(target, |sum, (vector, weight)| sum + weight * vector)
            } else {
                let chats = values[2..].iter().zip(&self.weights);
                f64::from(chats.fold(target as f32, |sum, (chat, &weight)| {
                    sum + weight as f32 * (chat[i] as f32 - base as f32)
                }))
            };
            let lost = out[i] - exact;
            if lost.is_finite() {
                sums.rounding += lost * lost;
            }
        }
        sums
    }

    /// Each way to compute them, and the plain way; returns the plain sums.
    fn check(&self, what: &str) -> Sums {
        let what = format!("{what}, {:?} → {:?}", self.floats, self.out);
        let merged = self.merged();
        let out = Operand {
            float: self.out,
            bytes: &merged,
        };
        let (target, base, chats) = (self.target(), self.operand(0), self.chats());
        let plain = self.plain();
        type Add = fn(&mut Sums, Option<Operand>, Operand, &[Chat], Operand);
        let added = [Sums::add as Add, Sums::add_scalar].map(|add| {
            let mut sums = Sums::new(chats.len());
            add(&mut sums, target, base, &chats, out);
            sums
        });
        assert_eq!(added[0], added[1], "{what}: the backends");
        close(&added[0], &plain, &what);
        plain
    }
}

/// Within the bound that [`chat_vector::kernel::sums`] promises.
fn close(sums: &Sums, right: &Sums, what: &str) {
    let near = |a: f64, right: f64, magnitude: f64, of: &str| {
        let error = (a - right).abs();
        assert!(
            a == right || error <= 8e-6 * magnitude,
            "{what}: {of} is {a:e}, right is {right:e}"
        );
    };
    let by_norms = |a: f64, b: f64| (a * b).sqrt();
    assert_eq!(sums.elements, right.elements, "{what}");
    near(sums.base, right.base, right.base, "base");
    near(sums.target, right.target, right.target, "target");
    near(sums.rounding, right.rounding, right.rounding, "rounding");
    let mut pairs = sums.pairs.iter().zip(&right.pairs);
    for (i, (chat, is)) in sums.chats.iter().zip(&right.chats).enumerate() {
        near(chat.square, is.square, is.square, "square");
        near(
            chat.along,
            is.along,
            by_norms(is.square, right.target),
            "along",
        );
        assert_eq!(
            chat.largest as f32, is.largest as f32,
            "{what}: the largest"
        );
        assert_eq!(chat.nonfinite, is.nonfinite, "{what}");
        for (other, (&pair, &right)) in right.chats[..i].iter().zip(&mut pairs) {
            near(pair, right, by_norms(is.square, other.square), "pair");
        }
    }
    assert_eq!(sums.base_nonfinite, right.base_nonfinite, "{what}");
    assert_eq!(sums.target_nonfinite, right.target_nonfinite, "{what}");
}

const FLOATS: [Float; 4] = Float::ALL;

/// All mixes of base's, target's, chat model's and output's dtypes; one, two and three chat models.
#[test]
fn every_mix_of_dtypes_equals_plain_f64() {
    for mix in 0..256usize {
        let [b, t, c, out] = [mix, mix >> 2, mix >> 4, mix >> 6].map(|i| FLOATS[i & 3]);
        for chats in [&[c][..], &[c, t], &[c, t, c]] {
            let floats = [&[b, t], chats].concat();
            for has_target in [false, true] {
                let case = Case::new(&floats, has_target, out, 1051, 0.05);
                case.check(&format!("{} chat models", chats.len()));
            }
        }
    }
}

/// Lengths around a group of lanes, and around a block of groups.
#[test]
fn any_length() {
    for float in FLOATS {
        for elements in (0..40).chain(1020..1060).chain([2048, 5000, 16_384]) {
            for chats in 1..=3 {
                let floats = vec![float; 2 + chats];
                let case = Case::new(&floats, true, float, elements, 0.05);
                case.check(&format!("{elements} elements"));
            }
        }
    }
}

/// What is not finite is counted, and left out; the elements beside it are not.
#[test]
fn what_is_not_finite_is_counted_and_left_out() {
    for float in FLOATS {
        for (model, at) in (0..4).flat_map(|model| [0, 9, 1023, 1050].map(|at| (model, at))) {
            for special in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
                let floats = [float; 4];
                for has_target in [false, true] {
                    let mut case = Case::new(&floats, has_target, float, 1051, 0.05);
                    case.put(model, at, special);
                    let sums = case.check(&format!("{special} in model {model} at {at}"));
                    let counts = [
                        sums.base_nonfinite,
                        sums.target_nonfinite,
                        sums.chats[0].nonfinite,
                        sums.chats[1].nonfinite,
                    ];
                    let takes_part = model != 1 || has_target;
                    let is_nan = u64::from(special.is_nan());
                    assert_eq!(counts[model].nan, u64::from(takes_part) * is_nan);
                    assert_eq!(counts[model].infinite, u64::from(takes_part) * (1 - is_nan));
                    assert_eq!(sums.elements, 1051 - u64::from(takes_part));
                }
            }
        }
    }
}

/// Sums, and the results of the merge, that overflow although all elements are finite.
#[test]
fn results_that_overflow() {
    for (float, largest) in [
        (Float::BF16, 3.3895313892515355e38),
        (Float::F16, 65504.0),
        (Float::F32, f64::from(f32::MAX)),
    ] {
        for chats in 1..=3 {
            let mut case = Case::new(&vec![float; 2 + chats], true, float, 1051, 0.05);
            case.put(0, 100, -largest);
            case.put(1, 100, largest);
            case.put(2, 100, largest);
            let sums = case.check("largest numbers");
            assert_eq!(sums.elements, 1051);
            assert!(sums.chats[0].largest >= 2.0 * largest);
        }
    }
}

/// Numbers whose squares are no f32: too large, too small, subnormal; zeros of both signs.
#[test]
fn huge_and_tiny_numbers() {
    let f32s = [
        1e-45, 1e-40, 1e-38, 1e-30, 1e-24, 1e-20, 1e-16, 1e18, 1e25, 1e38,
    ];
    for float in [Float::BF16, Float::F32] {
        for scale in f32s {
            for chats in 1..=3 {
                let floats = vec![float; 2 + chats];
                for has_target in [false, true] {
                    let case = Case::new(&floats, has_target, float, 1051, scale);
                    case.check(&format!("numbers of {scale:e}"));
                }
            }
        }
    }
    for scale in [6e-8, 1e-6, 6e-5, 30_000.0] {
        let case = Case::new(&[Float::F16; 3], true, Float::F16, 1051, scale);
        case.check(&format!("f16 numbers of {scale:e}"));
    }
    for scale in [1e-300, 1e-120, 1e100] {
        let case = Case::new(&[Float::F64; 4], true, Float::F64, 1051, scale);
        case.check(&format!("f64 numbers of {scale:e}"));
    }
    for zero in [0.0, -0.0] {
        let mut case = Case::new(&[Float::BF16; 4], true, Float::BF16, 1051, 0.0);
        case.put(2, 7, zero);
        let sums = case.check("zeros");
        assert_eq!((sums.base, sums.chats[0].largest), (0.0, 0.0));
    }
}

/// Models that are equal have a vector of zero, exactly.
#[test]
fn equal_models_differ_by_nothing() {
    for float in FLOATS {
        let mut case = Case::new(&[float; 4], true, float, 3000, 0.05);
        case.bytes[1] = case.bytes[0].clone();
        case.bytes[2] = case.bytes[0].clone();
        let sums = case.check("equal models");
        assert_eq!(sums.target, 0.0);
        assert_eq!((sums.chats[0].square, sums.chats[0].largest), (0.0, 0.0));
        assert!(sums.chats[1].square > 0.0);
    }
}

/// Chunk after chunk comes to the same as all at once.
#[test]
fn sums_add_up() {
    let case = Case::new(
        &[Float::BF16, Float::BF16, Float::F32],
        true,
        Float::F16,
        4096,
        0.05,
    );
    let merged = case.merged();
    let mut sums = Sums::new(1);
    for half in 0..2 {
        let part = |float: Float, bytes| Operand {
            float,
            bytes: <[u8]>::chunks(bytes, 2048 * float.width())
                .nth(half)
                .unwrap(),
        };
        let [base, target, chat] = [0, 1, 2].map(|i| part(case.floats[i], &case.bytes[i]));
        let chat = Chat::new(chat, 0.7);
        sums.add(Some(target), base, &[chat], part(case.out, &merged));
    }
    close(&sums, &case.plain(), "two halves");
}
