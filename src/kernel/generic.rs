//! The loops that every f32 backend runs.

use super::{Chat, Operand, Output};
use crate::dtype::Float;
use std::marker::PhantomData;

/// The bytes of a group of elements.
///
/// Loops go over slices of these by number. Chunks of bytes and iterators side by side would do the same
/// only as long as the compiler inlines each step of theirs, and when optimising for size it does so in
/// one program and not in the next: BF16 then takes twice the time.
pub(super) trait Group: Sized + 'static {
    /// The whole groups of some bytes.
    fn split(bytes: &[u8]) -> &[Self];
    /// The whole groups of some bytes.
    fn split_mut(bytes: &mut [u8]) -> &mut [Self];
    fn bytes(&self) -> &[u8];
    fn bytes_mut(&mut self) -> &mut [u8];
}

impl<const BYTES: usize> Group for [u8; BYTES] {
    #[inline(always)]
    fn split(bytes: &[u8]) -> &[Self] {
        bytes.as_chunks().0
    }

    #[inline(always)]
    fn split_mut(bytes: &mut [u8]) -> &mut [Self] {
        bytes.as_chunks_mut().0
    }

    #[inline(always)]
    fn bytes(&self) -> &[u8] {
        self
    }

    #[inline(always)]
    fn bytes_mut(&mut self) -> &mut [u8] {
        self
    }
}

/// A group of f32 lanes, loaded from little-endian bytes.
pub(super) trait Loads: Copy {
    /// How many lanes a group has.
    const COUNT: usize;
    /// As many elements of 2 bytes.
    type Narrow: Group;
    /// As many elements of 4 bytes.
    type Wide: Group;

    fn splat(value: f32) -> Self;
    fn add(self, other: Self) -> Self;
    fn sub(self, other: Self) -> Self;
    fn mul(self, other: Self) -> Self;

    /// `bytes` holds [`Self::COUNT`] elements of 2 bytes; widening is exact.
    fn load_bf16(bytes: &[u8]) -> Self;
    /// `bytes` holds [`Self::COUNT`] elements of 2 bytes; widening is exact.
    fn load_f16(bytes: &[u8]) -> Self;
    /// `bytes` holds [`Self::COUNT`] elements of 4 bytes.
    fn load_f32(bytes: &[u8]) -> Self;
}

/// A group of f32 lanes that can be stored, too.
pub(super) trait Lanes: Loads {
    /// Rounds to nearest even; every NaN becomes `0x7fc0`.
    fn store_bf16(self, bytes: &mut [u8]);
    /// Rounds to nearest even, overflow to infinity; every NaN becomes `0x7e00`.
    fn store_f16(self, bytes: &mut [u8]);
    /// Every NaN becomes `0x7fc00000`.
    fn store_f32(self, bytes: &mut [u8]);

    /// [`Self::store_bf16`] for lanes that round to finite numbers; of others it stores anything.
    #[inline(always)]
    fn store_finite_bf16(self, bytes: &mut [u8]) {
        self.store_bf16(bytes);
    }
    /// [`Self::store_f32`] for finite lanes; of others it stores anything.
    #[inline(always)]
    fn store_finite_f32(self, bytes: &mut [u8]) {
        self.store_f32(bytes);
    }

    /// Merges a group of f16 elements if they and the results are all normal numbers, as nearly
    /// always; if not, or if this backend has no such way, it says `false` and stores nothing.
    #[inline(always)]
    fn merge_normal_f16(
        _target: &[u8],
        _base: &[u8],
        _chat: &[u8],
        _weight: Self,
        _out: &mut [u8],
    ) -> bool {
        false
    }

    /// The larger magnitude in each lane, with a NaN's above infinity's. `self` is a peak already
    /// or zero.
    fn peak(self, lanes: Self) -> Self;
    /// Whether each lane of a peak has bits that are below `limit` as integers.
    fn is_below(self, limit: u32) -> bool;
}

/// A dtype known when the loop is compiled.
pub(super) trait Format {
    const FLOAT: Float;
    /// Bits of the least f32 that rounds to infinity.
    const OVERFLOW: u32;
    /// The bytes of as many elements as `L` has lanes.
    type Group<L: Loads>: Group;
    fn load<L: Loads>(bytes: &[u8]) -> L;
    fn store<L: Lanes>(lanes: L, bytes: &mut [u8]);
    /// [`Format::store`] for lanes below [`Format::OVERFLOW`]; of others it stores anything.
    fn store_finite<L: Lanes>(lanes: L, bytes: &mut [u8]);
}

macro_rules! format {
    ($name:ident, $overflow:literal, $group:ident, $load:ident, $store:ident, $store_finite:ident) => {
        pub(super) struct $name;

        impl Format for $name {
            const FLOAT: Float = Float::$name;
            const OVERFLOW: u32 = $overflow;
            type Group<L: Loads> = L::$group;

            #[inline(always)]
            fn load<L: Loads>(bytes: &[u8]) -> L {
                L::$load(bytes)
            }

            #[inline(always)]
            fn store<L: Lanes>(lanes: L, bytes: &mut [u8]) {
                lanes.$store(bytes);
            }

            #[inline(always)]
            fn store_finite<L: Lanes>(lanes: L, bytes: &mut [u8]) {
                lanes.$store_finite(bytes);
            }
        }
    };
}

format!(
    BF16,
    0x7f7f_8000, Narrow, load_bf16, store_bf16, store_finite_bf16
);
// The fast path of `store_f16` needs all lanes to be finite anyway.
format!(F16, 0x477f_f000, Narrow, load_f16, store_f16, store_f16);
format!(
    F32,
    0x7f80_0000, Wide, load_f32, store_f32, store_finite_f32
);

/// How an operand's dtype is found.
trait Access {
    /// The dtype of all, if it is known when the loop is compiled.
    const KNOWN: Option<Float>;

    /// Groups of an operand.
    type Groups<'a, L: Loads>: Copy;

    /// The first `count` groups of an operand that has them.
    fn groups<'a, L: Loads>(operand: Operand<'a>, count: usize) -> Self::Groups<'a, L>;

    /// The bytes of a group.
    fn bytes<L: Loads>(groups: Self::Groups<'_, L>, i: usize) -> &[u8];

    /// A group as lanes.
    fn load<L: Loads>(groups: Self::Groups<'_, L>, i: usize) -> L;
}

/// All operands have the dtype `F`: no branch in the loop.
struct Same<F>(F);

impl<F: Format> Access for Same<F> {
    const KNOWN: Option<Float> = Some(F::FLOAT);

    type Groups<'a, L: Loads> = &'a [F::Group<L>];

    #[inline(always)]
    fn groups<'a, L: Loads>(operand: Operand<'a>, count: usize) -> Self::Groups<'a, L> {
        // So long as the output: no index into it needs to be checked in the loop.
        &F::Group::<L>::split(operand.bytes)[..count]
    }

    #[inline(always)]
    fn bytes<L: Loads>(groups: Self::Groups<'_, L>, i: usize) -> &[u8] {
        groups[i].bytes()
    }

    #[inline(always)]
    fn load<L: Loads>(groups: Self::Groups<'_, L>, i: usize) -> L {
        F::load(Self::bytes::<L>(groups, i))
    }
}

/// Dtypes differ: one well-predicted branch per group.
struct Mixed;

impl Access for Mixed {
    const KNOWN: Option<Float> = None;

    type Groups<'a, L: Loads> = Operand<'a>;

    #[inline(always)]
    fn groups<'a, L: Loads>(operand: Operand<'a>, _: usize) -> Operand<'a> {
        operand
    }

    #[inline(always)]
    fn bytes<L: Loads>(operand: Self::Groups<'_, L>, i: usize) -> &[u8] {
        let len = L::COUNT * operand.float.width();
        &operand.bytes[i * len..][..len]
    }

    #[inline(always)]
    fn load<L: Loads>(operand: Self::Groups<'_, L>, i: usize) -> L {
        let group = Self::bytes::<L>(operand, i);
        match operand.float {
            Float::BF16 => L::load_bf16(group),
            Float::F16 => L::load_f16(group),
            Float::F32 => L::load_f32(group),
            Float::F64 => unreachable!("f64 has a loop of its own"),
        }
    }
}

/// Merges in f32 and says whether all results are finite. The caller has checked that all lengths
/// agree and that nothing is F64.
pub(super) fn merge<L: Lanes>(target: Operand, base: Operand, chats: &[Chat], out: Output) -> bool {
    match out.float {
        Float::BF16 => merge_into::<L, BF16>(target, base, chats, out.bytes),
        Float::F16 => merge_into::<L, F16>(target, base, chats, out.bytes),
        Float::F32 => merge_into::<L, F32>(target, base, chats, out.bytes),
        Float::F64 => unreachable!("f64 has a loop of its own"),
    }
}

/// Whether all elements are finite. They are not F64.
pub(super) fn are_finite<L: Lanes>(operand: Operand) -> bool {
    match operand.float {
        Float::BF16 => are_finite_in::<L, BF16>(operand.bytes),
        Float::F16 => are_finite_in::<L, F16>(operand.bytes),
        Float::F32 => are_finite_in::<L, F32>(operand.bytes),
        Float::F64 => unreachable!("f64 has a loop of its own"),
    }
}

fn are_finite_in<L: Lanes, F: Format>(bytes: &[u8]) -> bool {
    let groups = F::Group::<L>::split(bytes);
    let mut peak = L::splat(0.0);
    for group in groups {
        peak = peak.peak(F::load(group.bytes()));
    }
    let len = L::COUNT * F::FLOAT.width();
    let mut last = bytes[groups.len() * len..].to_vec();
    last.resize(len, 0);
    peak.peak(F::load(&last)).is_below(f32::INFINITY.to_bits())
}

fn merge_into<L: Lanes, F: Format>(
    target: Operand,
    base: Operand,
    chats: &[Chat],
    out: &mut [u8],
) -> bool {
    let whole = out.len() / (L::COUNT * F::FLOAT.width()) * L::COUNT;
    let (out, rest) = out.split_at_mut(whole * F::FLOAT.width());
    let (first_target, first_base) = (target.slice(0, whole), base.slice(0, whole));
    let first_chats: Vec<Chat> = chats
        .iter()
        .map(|chat| chat.map(|operand| operand.slice(0, whole)))
        .collect();
    let finite = groups_of::<L, F>(first_target, first_base, &first_chats, out);
    let rest_finite = rest.is_empty() || padded::<L, F>(whole, target, base, chats, rest);
    finite && rest_finite
}

/// Whole groups: at first as if all results were finite, which nearly always they are, and if not,
/// once more. So what is merged most often; the rest, with care at once.
fn groups_of<L: Lanes, F: Format>(
    target: Operand,
    base: Operand,
    chats: &[Chat],
    out: &mut [u8],
) -> bool {
    let float = target.float;
    let same = base.float == float && chats.iter().all(|chat| chat.operand.float == float);
    let finite = match (float, F::FLOAT) {
        (Float::BF16, Float::BF16 | Float::F32) if same => {
            groups::<L, Same<BF16>, F, true>(target, base, chats, out)
        }
        (Float::F16, Float::F16) if same => {
            groups::<L, Same<F16>, F, true>(target, base, chats, out)
        }
        (Float::F32, Float::BF16 | Float::F32) if same => {
            groups::<L, Same<F32>, F, true>(target, base, chats, out)
        }
        _ => false,
    };
    finite || groups::<L, Mixed, F, false>(target, base, chats, out)
}

/// What does not fill a group, from element `first` on: padded to one with zeros.
fn padded<L: Lanes, F: Format>(
    first: usize,
    target: Operand,
    base: Operand,
    chats: &[Chat],
    out: &mut [u8],
) -> bool {
    let elements = out.len() / F::FLOAT.width();
    let pad = |operand: Operand| {
        let mut group = operand.slice(first, elements).bytes.to_vec();
        group.resize(L::COUNT * operand.float.width(), 0);
        group
    };
    let (target_group, base_group) = (pad(target), pad(base));
    let chat_groups: Vec<_> = chats.iter().map(|chat| pad(chat.operand)).collect();
    let chats: Vec<Chat> = chats
        .iter()
        .zip(&chat_groups)
        .map(|(chat, group)| chat.map(|operand| operand.with(group)))
        .collect();
    let mut group = vec![0; L::COUNT * F::FLOAT.width()];
    let finite = groups::<L, Mixed, F, false>(
        target.with(&target_group),
        base.with(&base_group),
        &chats,
        &mut group,
    );
    out.copy_from_slice(&group[..out.len()]);
    finite
}

/// λ in all lanes.
fn weight<L: Lanes>(chat: &Chat) -> L {
    L::splat(chat.weight as f32)
}

/// Merges whole groups and says whether all results are finite. With `FINITE` that is taken for
/// granted, and what is stored is only right if it is so.
fn groups<L: Lanes, A: Access, F: Format, const FINITE: bool>(
    target: Operand,
    base: Operand,
    chats: &[Chat],
    out: &mut [u8],
) -> bool {
    match chats {
        [] => none::<L, A, F, FINITE>(target, out),
        // The most frequent numbers: without an inner loop.
        [chat] if !chat.is_vector => one::<L, A, F, FINITE>(target, base, chat, out),
        // Where dtypes differ, the general loop is as good.
        [first, second] if A::KNOWN.is_some() && !first.is_vector && !second.is_vector => {
            two::<L, A, F, FINITE>(target, base, [first, second], out)
        }
        _ => many::<L, A, F, FINITE>(target, base, chats, out),
    }
}

/// Stores results and keeps the largest.
struct Stores<L, F, const FINITE: bool> {
    peak: L,
    format: PhantomData<F>,
}

impl<L: Lanes, F: Format, const FINITE: bool> Stores<L, F, FINITE> {
    #[inline(always)]
    fn new() -> Self {
        Self {
            peak: L::splat(0.0),
            format: PhantomData,
        }
    }

    #[inline(always)]
    fn store(&mut self, sum: L, out: &mut F::Group<L>) {
        self.peak = self.peak.peak(sum);
        if FINITE {
            F::store_finite(sum, out.bytes_mut());
        } else {
            F::store(sum, out.bytes_mut());
        }
    }

    #[inline(always)]
    fn are_finite(&self) -> bool {
        self.peak.is_below(F::OVERFLOW)
    }
}

// Each loop is a function of its own, for each pair of formats: inlined into the engine's future,
// browsers compile them late and badly, and the fewer are in one function, the sooner it is compiled
// well.

#[inline(never)]
fn none<L: Lanes, A: Access, F: Format, const FINITE: bool>(
    target: Operand,
    out: &mut [u8],
) -> bool {
    let mut stores = Stores::<L, F, FINITE>::new();
    let out = F::Group::<L>::split_mut(out);
    let target = A::groups::<L>(target, out.len());
    for (i, out) in out.iter_mut().enumerate() {
        stores.store(A::load(target, i), out);
    }
    stores.are_finite()
}

#[inline(never)]
fn one<L: Lanes, A: Access, F: Format, const FINITE: bool>(
    target: Operand,
    base: Operand,
    chat: &Chat,
    out: &mut [u8],
) -> bool {
    let mut stores = Stores::<L, F, FINITE>::new();
    let out = F::Group::<L>::split_mut(out);
    let groups = |operand| A::groups::<L>(operand, out.len());
    let (target, base) = (groups(target), groups(base));
    let (weight, chat) = (weight::<L>(chat), groups(chat.operand));
    for (i, out) in out.iter_mut().enumerate() {
        if A::KNOWN == Some(Float::F16)
            && F::FLOAT == Float::F16
            && L::merge_normal_f16(
                A::bytes::<L>(target, i),
                A::bytes::<L>(base, i),
                A::bytes::<L>(chat, i),
                weight,
                out.bytes_mut(),
            )
        {
            continue;
        }
        let difference = A::load::<L>(chat, i).sub(A::load(base, i));
        let target: L = A::load(target, i);
        stores.store(target.add(weight.mul(difference)), out);
    }
    stores.are_finite()
}

#[inline(never)]
fn two<L: Lanes, A: Access, F: Format, const FINITE: bool>(
    target: Operand,
    base: Operand,
    [first, second]: [&Chat; 2],
    out: &mut [u8],
) -> bool {
    let mut stores = Stores::<L, F, FINITE>::new();
    let out = F::Group::<L>::split_mut(out);
    let groups = |operand| A::groups::<L>(operand, out.len());
    let (target, base) = (groups(target), groups(base));
    let (first_weight, second_weight) = (weight::<L>(first), weight::<L>(second));
    let (first, second) = (groups(first.operand), groups(second.operand));
    for (i, out) in out.iter_mut().enumerate() {
        let base: L = A::load(base, i);
        let first = A::load::<L>(first, i).sub(base);
        let second = A::load::<L>(second, i).sub(base);
        let sum = A::load::<L>(target, i).add(first_weight.mul(first));
        stores.store(sum.add(second_weight.mul(second)), out);
    }
    stores.are_finite()
}

#[inline(never)]
fn many<L: Lanes, A: Access, F: Format, const FINITE: bool>(
    target: Operand,
    base: Operand,
    chats: &[Chat],
    out: &mut [u8],
) -> bool {
    let mut stores = Stores::<L, F, FINITE>::new();
    let out = F::Group::<L>::split_mut(out);
    let count = out.len();
    let groups = |operand| A::groups::<L>(operand, count);
    let (target, base) = (groups(target), groups(base));
    let vectors: Vec<_> = chats
        .iter()
        .map(|chat| (weight::<L>(chat), groups(chat.operand), chat.is_vector))
        .collect();
    for (i, out) in out.iter_mut().enumerate() {
        let base: L = A::load(base, i);
        let mut sum: L = A::load(target, i);
        for &(weight, chat, is_vector) in &vectors {
            let chat: L = A::load(chat, i);
            let difference = if is_vector { chat } else { chat.sub(base) };
            sum = sum.add(weight.mul(difference));
        }
        stores.store(sum, out);
    }
    stores.are_finite()
}
